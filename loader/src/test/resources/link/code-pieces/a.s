# .init and .fini hold pieces of a function, which gets a start and an end; it runs before the initializers and after the finalizers.
# check: *{4}(a.o:piece - 4) == 0x08ec8348
# check: *{4}(a.o:other_piece + 1) == 0x08c48348
# check: a.o:other_piece == a.o:piece + 1
# check: *{1}(a.o:other_piece + 5) == 0xc3
    .section .init,"ax",@progbits
piece:
    nop
    .section .init,"ax",@progbits,unique,1
other_piece:
    nop
    .section .text
first:
    ret
    .section .init_array,"aw",@init_array
    .quad first
