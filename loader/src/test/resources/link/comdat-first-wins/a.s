# Two objects bring the same group; the second one's is dropped as a whole, with its initializer and its unwind information.
# check: *{4}inline == 0x1111
# check: *{8}from_a == inline
# check: *{8}from_b == inline
# initializers: a.o:init_once
# dead: b.o:init_once
# frames: a.o:framed
    .section .text.inline,"axG",@progbits,inline,comdat
    .weak inline, framed
inline:
    .long 0x1111
framed:
    .cfi_startproc
    ret
    .cfi_endproc
init_once:
    ret
    .section .init_array,"awG",@init_array,inline,comdat
    .quad init_once
    .data
    .globl from_a
from_a:
    .quad inline
