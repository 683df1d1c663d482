    .section hooks,"a",@progbits
    .quad 5
    .data
    .globl member
member:
    .long 3
