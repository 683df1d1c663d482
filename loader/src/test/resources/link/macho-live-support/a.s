# A part of a live-support section is kept if what it refers to is kept.
# request-only: _start
# live: a.o:_describes_start
# dead: a.o:_describes_nobody a.o:_nobody
    .globl _start
_start:
    ret
_nobody:
    ret
    .section __DATA,__describes,regular,live_support
_describes_start:
    .quad _start
_describes_nobody:
    .quad _nobody
    .subsections_via_symbols
