# The arrays of initializers lie side by side, in the order in which they run, behind a function that stands for that of crtbegin.o and returns
# at once. There is one among the finalizers, too.
# check: *{8}(bounds + 8) - *{8}bounds == 32
# check: *{1}(*{8}(*{8}bounds)) == 0xc3
# check: *{8}(*{8}bounds + 8) == b.o:early
# check: *{8}(*{8}bounds + 16) == a.o:first
# check: *{8}(*{8}bounds + 24) == b.o:second
# check: *{8}(bounds + 24) - *{8}(bounds + 16) == 8
# check: *{1}(*{8}(*{8}(bounds + 16))) == 0xc3
# check: *{8}(bounds + 32) == *{8}(bounds + 40)
# initializers: b.o:early a.o:first b.o:second
    .text
first:
    ret
    .section .init_array,"aw",@init_array
    .quad first
    .data
    .globl bounds
bounds:
    .quad __init_array_start, __init_array_end, __fini_array_start, __fini_array_end, __preinit_array_start, __preinit_array_end
