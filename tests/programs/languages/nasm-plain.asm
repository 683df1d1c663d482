; packages: nasm
; needs: nasm
; build: nasm -f elf64 $source -o program.o && cc -nostdlib -no-pie program.o -o native
        global _start
        section .data
text:   db "no library at all", 10
length  equ $ - text
        section .text
_start: mov rbx, [rsp]
        mov eax, 1
        mov edi, 1
        mov esi, text
        mov edx, length
        syscall
        mov eax, 60
        lea edi, [rbx + 6]
        syscall
        section .note.GNU-stack noalloc noexec nowrite progbits
