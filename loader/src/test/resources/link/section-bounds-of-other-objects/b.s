    .section hooks,"a",@progbits
    .balign 16
    .globl bounds_start
bounds_start:
    .quad 1
second:
    .quad 2
    .data
    .quad second
