    .data
    .weak twice
twice:
    .long 2
    .globl from_b
from_b:
    .quad twice
