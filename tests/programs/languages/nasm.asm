; packages: nasm
; needs: nasm
; build: nasm -f elf64 $source -o program.o && cc program.o -o native
        default rel
        global main
        extern printf, puts, stdout, fflush
        section .data
format: db "sum %d of %d", 10, 0
numbers: dd 3, 1, 4, 1, 5, 9
count   equ ($ - numbers) / 4
        section .bss
total:  resd 1
        section .tbss write tls
mine:   resd 1
        section .text
main:   push rbx
        lea rbx, [numbers]
        mov ecx, count
.next:  mov eax, [rbx]
        add [total], eax
        add rbx, 4
        loop .next
        lea rdi, [format]
        mov esi, [total]
        mov edx, count
        xor eax, eax
        call printf wrt ..plt
        mov rdi, [rel stdout wrt ..got]
        mov rdi, [rdi]
        call fflush wrt ..plt
        mov eax, 7
        pop rbx
        ret
        section .note.GNU-stack noalloc noexec nowrite progbits
