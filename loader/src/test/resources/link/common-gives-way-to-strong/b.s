    .data
    .globl value
value:
    .long 7
