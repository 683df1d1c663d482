    .section .data.inline,"awG",@progbits,inline,comdat
    .weak inline
inline:
    .long 1
    .data
    .globl other_pointer
other_pointer:
    .quad inline
