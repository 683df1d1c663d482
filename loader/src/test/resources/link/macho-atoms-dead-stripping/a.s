# Each symbol of a section begins a part that is kept or removed by itself, with what is before the first symbol.
# request-only: _start
# live: _start a.o:_used a.o:_kept a.o:_kept_data
# dead: a.o:_unused a.o:_nobody
    .globl _start
_used:
    ret
_start:
    call _used
    ret
_unused:
    call _nobody
    ret
    .no_dead_strip _kept
_kept:
    ret
_nobody:
    ret
    .section __DATA,__kept,regular,no_dead_strip
_kept_data:
    .quad 0
    .subsections_via_symbols
