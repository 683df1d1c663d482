    .comm value,4,4
    .data
    .globl from_c
from_c:
    .quad value
