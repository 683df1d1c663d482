# What answer.o refers to weakly, and a second definition of tentative, which is no tentative one.
        .data
        .globl  optional
optional:
        .globl  tentative
        .type   tentative, @object
tentative:
        .long   1
        .size   tentative, 4
        .section .note.GNU-stack,"",@progbits
