# Differences in which the place lies in the atom of either symbol, with addends.
# check: *{s8}_a == _a - _b
# check: *{s8}(_a + 8) == _b - _a
# check: *{s8}(_a + 16) == _a + 29 - _b
# check: *{s4}(_a + 24) == _b + 4 - _a
# check: *{s4}(_a + 28) == _a - _b - 4
# check: *{s8}(_a + 32) == _zero - _a
# check: *{s8}(_a + 40) == _alt - _b
# check: *{s8}(_a + 48) == _b - _alt
# check: *{s4}(_a + 56) == _b + 8 - (_a + 56)
# jitlink-check: *{8}_a = _a - _b
# jitlink-check: *{8}(_a + 8) = _b - _a
# jitlink-check: *{8}(_a + 16) = _a - (_b - 29)
# jitlink-check: *{4}(_a + 24) = (_b - (_a - 4))[31:0]
# jitlink-check: *{4}(_a + 28) = (_a - (_b + 4))[31:0]
# jitlink-check: *{8}(_a + 32) = _zero - _a
# jitlink-check: *{8}(_a + 40) = _alt - _b
# jitlink-check: *{8}(_a + 48) = _b - _alt
# jitlink-check: *{4}(_a + 56) = (_b - (_a + 48))[31:0]
    .globl _a, _b, _zero, _alt
    .data
    .p2align 3
_a:
    .quad _a - _b
    .quad _b - _a
    .quad _a + 24 - _b + 5
    .long _b + 4 - _a
    .long _a - _b - 4
    .quad _zero - _a
    .quad _alt - _b
    .quad _b - _alt
    .long L_in_b - .
    .long 0
    .alt_entry _alt
_alt:
    .quad 0
    .section __DATA,__other
_b:
    .quad 7
L_in_b:
    .quad 8
    .zerofill __DATA,__bss,_zero,8,3
    .subsections_via_symbols
