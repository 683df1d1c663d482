    .text
    .globl unused
unused:
start:
    ret
    .section .init_array,"aw",@init_array
    .quad start
