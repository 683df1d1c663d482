# Without division at symbols, all differences within a section are known, and its symbols stay where they are.
# request-only: _start
# check: *{s4}_start == _b - _a
# check: *{8}(_start + 8) == _b
# check: *{8}(_start + 16) == a.o:_end
# check: a.o:_end == _start + 24
    .globl _start, _a, _b
    .data
_a: .quad 1
_start:
    .long _b - _a
    .long 0
    .quad _b
    .quad _end
_end:
    .section __DATA,__other
    .quad 4
_b: .quad 2
