# The arrays of initializers lie side by side, in the order in which they run. Without finalizers, the bounds are equal.
# check: *{8}(bounds + 8) - *{8}bounds == 24
# check: *{8}(*{8}bounds) == b.o:early
# check: *{8}(*{8}bounds + 8) == a.o:first
# check: *{8}(*{8}bounds + 16) == b.o:second
# check: *{8}(bounds + 16) == *{8}(bounds + 24)
# check: *{8}(bounds + 16) != 0
# initializers: b.o:early a.o:first b.o:second
    .text
first:
    ret
    .section .init_array,"aw",@init_array
    .quad first
    .data
    .globl bounds
bounds:
    .quad __init_array_start, __init_array_end, __fini_array_start, __fini_array_end
