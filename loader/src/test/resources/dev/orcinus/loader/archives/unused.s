# Nobody needs it: linking it would fail.
        .text
        .globl  unused
unused: jmp     no_such_function
        .section .note.GNU-stack,"",@progbits
