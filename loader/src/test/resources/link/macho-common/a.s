# The largest of several common symbols counts, with the largest alignment; a definition replaces it.
# aligned: _shared 64
# check: *{8}_start == _shared
# check: *{8}(_start + 8) == b.o:_defined
# check: *{8}b.o:_defined == 7
    .globl _start
    .comm _shared, 8, 6
    .comm _defined, 8, 3
    .data
_start:
    .quad _shared
    .quad _defined
