    .section hooks,"a",@progbits
    .quad 6
    .data
    .globl unused
unused:
    .long 3
