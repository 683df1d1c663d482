    .data
    .globl table
table:
    .long 5, 6, 7, 8
