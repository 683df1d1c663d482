# Not in an archive: a common symbol, and a strong reference to answer.
        .text
        .globl  main
main:   callq   answer
        movl    tentative(%rip), %ecx
        retq
        .comm   tentative,4,4
        .section .note.GNU-stack,"",@progbits
