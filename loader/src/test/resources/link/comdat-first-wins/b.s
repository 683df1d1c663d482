    .section .text.inline,"axG",@progbits,inline,comdat
    .weak inline, framed
inline:
    .long 0x2222
framed:
    .cfi_startproc
    ret
    .cfi_endproc
init_once:
    ret
    .section .init_array,"awG",@init_array,inline,comdat
    .quad init_once
    .data
    .globl from_b
from_b:
    .quad inline
