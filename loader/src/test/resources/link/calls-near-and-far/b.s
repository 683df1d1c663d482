    .text
    .globl elsewhere
elsewhere:
    ret
