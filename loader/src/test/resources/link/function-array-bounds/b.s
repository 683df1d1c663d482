    .text
early:
    ret
second:
    ret
    .section .init_array,"aw",@init_array
    .quad second
    .section .init_array.200,"aw",@init_array
    .quad early
