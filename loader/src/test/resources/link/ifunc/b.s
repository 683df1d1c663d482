    .text
    call ifunc@PLT
    .data
    .globl from_b
from_b:
    .quad ifunc
