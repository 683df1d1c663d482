    .comm shared,64,4
    .data
    .globl from_b
from_b:
    .quad shared
