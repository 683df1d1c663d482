# An alternate entry at the end of a section, one at its start, and one where another symbol is.
# request-only: _start
# check: *{8}_start == a.o:_first + 8
# check: *{8}(_start + 8) == a.o:_same
# check: *{8}(_start + 16) == a.o:_begin
# check: a.o:_begin_alt == a.o:_begin
    .globl _start
    .data
_start:
    .quad _tail
    .quad _same_alt
    .quad _begin_alt
    .section __DATA,__alt1
_first:
    .quad 1
    .alt_entry _tail
_tail:
    .section __DATA,__alt2
_before:
    .quad 9
_same:
    .alt_entry _same_alt
_same_alt:
    .quad 2
    .section __DATA,__alt3
    .alt_entry _begin_alt
_begin_alt:
_begin:
    .quad 3
    .subsections_via_symbols
