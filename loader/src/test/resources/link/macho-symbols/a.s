# Private external symbols are for their own dylib, and "was private" ones for their own object. Undefined weak ones are at 0.
# define: outside = 0x100000
# check: *{8}_start == 0x1234
# check: *{8}(_start + 8) == 0
# check: *{8}(_start + 16) == outside
# check: *{8}(_start + 24) == b.o:_private
# check: *{8}(_start + 32) == _end
# check: _end == _start + 40
    .globl _start, _end
    .weak_reference _nowhere
    .weak_reference _outside
    .data
_start:
    .quad _absolute
    .quad _nowhere
    .quad _outside
    .quad _private
    .quad _end
_end:
    .subsections_via_symbols
