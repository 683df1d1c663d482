    .text
    .globl pulled_too
pulled_too:
start:
    ret
    .section .init_array,"aw",@init_array
    .quad start
