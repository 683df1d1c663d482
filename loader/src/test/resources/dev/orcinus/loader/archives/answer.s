# int answer(void), which needs a_member_with_a_long_name.o and is happy without the weak symbol.
        .text
        .globl  answer
        .type   answer, @function
answer:
        movq    optional@GOTPCREL(%rip), %rax
        jmp     part
        .size   answer, .-answer
        .weak   optional
        .section .note.GNU-stack,"",@progbits
