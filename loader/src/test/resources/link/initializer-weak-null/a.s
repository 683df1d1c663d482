# An entry that is null because nobody defines a weak function is not called, nor is a -1, which ends old lists.
# initializers: a.o:f
    .text
f:
    ret
    .weak nobody
    .section .init_array,"aw",@init_array
    .quad nobody
    .quad f
