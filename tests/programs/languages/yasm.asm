; packages: yasm
; needs: yasm
; build: yasm -f elf64 $source -o program.o && cc program.o -o native
        default rel
        global main:function (main.end - main)
        extern printf, strlen
        section .rodata align=16
format: db "%s has %d", 10, 0
word_:  db "leviathan", 0
        section .text
main:   push rbx
        lea rdi, [word_]
        call strlen wrt ..plt
        mov ebx, eax
        lea rdi, [format]
        lea rsi, [word_]
        mov edx, eax
        xor eax, eax
        call printf wrt ..plt
        lea eax, [ebx - 2]
        pop rbx
        ret
.end:
        section .note.GNU-stack noalloc noexec nowrite progbits
