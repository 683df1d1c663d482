# Of several weak definitions the first one counts, and the frames and the code of the others are removed.
# check: *{8}_start == a.o:_inline
# check: *{8}_other == a.o:_inline
# check: *{s4}(_caller + 1) + _caller + 5 == a.o:_inline
# frames: a.o:_inline
    .globl _start, _inline
    .weak_definition _inline
_inline:
    .cfi_startproc
    ret
    .cfi_endproc
    .data
_start:
    .quad _inline
    .subsections_via_symbols
