# An alternate entry stays with what is before it.
# request-only: _second
# live: _second a.o:_first
# dead: a.o:_third
# check: _second == a.o:_first + 1
    .globl _second
_first:
    nop
    .alt_entry _second
_second:
    ret
_third:
    ret
    .subsections_via_symbols
