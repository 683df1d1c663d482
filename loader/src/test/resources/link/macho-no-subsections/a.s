# An object that does not allow its sections to be divided keeps them whole.
# request-only: _start
# live: _start a.o:_unused
# check: a.o:_unused == _start + 1
    .globl _start
_start:
    ret
_unused:
    ret
