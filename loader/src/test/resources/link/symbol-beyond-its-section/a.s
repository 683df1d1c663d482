# A symbol may lie at the end of its section, or behind it.
# check: *{8}pointers == data + 8
# check: *{8}(pointers + 8) == data + 0x108
# check: *{8}(pointers + 16) == data + 0x40000000
    .data
    .globl data, at_end, behind, far_behind
data:
    .quad 1
at_end:
    .set behind, data + 0x108
    .set far_behind, data + 0x40000000
    .section .rodata
    .globl pointers
pointers:
    .quad at_end, behind, far_behind
