    .data
    .globl twice
twice:
    .long 2
