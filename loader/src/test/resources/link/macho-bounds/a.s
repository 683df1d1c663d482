# The bounds of sections and segments have symbols; a section that does not exist is empty.
# check: *{8}_start == _first
# check: *{8}(_start + 8) == _second + 8
# check: *{8}(_start + 16) == *{8}(_start + 24)
# check: *{8}(_start + 32) == _first
# check: *{8}(_start + 40) == _zeros + 32
# live: a.o:_second
    .globl _start, _first, _second, _zeros
    .section __TABLE,__rows
    .p2align 3
_first:
    .quad 1
_second:
    .quad 2
    .zerofill __TABLE,__zeros,_zeros,32,4
    .section __DATA,__data
_start:
    .quad section$start$__TABLE$__rows
    .quad section$end$__TABLE$__rows
    .quad section$start$__TABLE$__none
    .quad section$end$__TABLE$__none
    .quad segment$start$__TABLE
    .quad segment$end$__TABLE
    .subsections_via_symbols
