    .section .rodata.shared,"aG",@progbits,shared,comdat
    .globl shared
shared:
    .long 2
    .data
    .globl from_b
from_b:
    .quad shared
