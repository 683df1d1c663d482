# A part keeps its distance from an aligned address: a constant without a symbol of its own may follow in it.
# request-only: _constant
# let: constant = _constant + 28
# aligned: constant 32
# check: *{8}constant == 0x1122
# dead: a.o:_first
    .globl _constant
    .section __TEXT,__const
    .p2align 5
_first:
    .long 1
_constant:
    .long 2
    .p2align 5
L_vector:
    .quad 0x1122, 0, 0, 0
    .subsections_via_symbols
