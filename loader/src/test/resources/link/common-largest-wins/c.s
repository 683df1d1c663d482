    .comm shared,8,8
    .data
    .globl from_c
from_c:
    .quad shared
