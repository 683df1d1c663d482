    .data
    .globl name, nothing
name:
    .long 2
nothing:
    .long 3
