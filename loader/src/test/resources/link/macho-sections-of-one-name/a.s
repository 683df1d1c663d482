# Sections of one name in two segments are two sections.
# check: *{8}_one == 1
# check: *{8}_two == 2
# check: *{8}(_one + 8) == _two
    .globl _one, _two
    .section __DATA,__same
_one:
    .quad 1
    .quad _two
    .section __DATA_CONST,__same
_two:
    .quad 2
    .subsections_via_symbols
