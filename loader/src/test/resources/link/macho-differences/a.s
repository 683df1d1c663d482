# The difference of two symbols is one edge to the symbol that lies outside of the place's own block.
# check: *{s8}(_from_here + 24) == _table - 8 - _from_here
# jitlink-check: *{8}_from_here = _code - (_from_here - 3)
# jitlink-check: *{4}(_from_here + 8) = (_code - (_from_here + 1))[31:0]
# jitlink-check: *{8}(_from_here + 12) = _inside - _code
# jitlink-check: *{4}(_from_here + 20) = (_inside - (_code - 2))[31:0]
# jitlink-check: *{8}_before = _after - _before
# jitlink-check: *{8}_after = _after - _before
    .globl _inside, _code, _from_here, _table, _before, _after
_code:
    ret
    .data
_before:
    .quad _after - _before
_after:
    .quad _after - _before
_from_here:
    .quad _code - _from_here + 3
    .long _code - _from_here - 1
    .quad _inside - _code
    .long _inside - _code + 2
    .quad L_nameless - _from_here
    .alt_entry _inside
_inside:
    .quad 0
    .section __DATA,__nameless
L_nameless:
    .quad 0
_table:
    .quad 0
    .subsections_via_symbols
