    .text
    .globl pulled_in, pulled_too
pulled_in:
start:
    ret
    .section .init_array,"aw",@init_array
    .quad start
