    .data
    .globl name, other
name:
    .long 2
other:
    .long 3
