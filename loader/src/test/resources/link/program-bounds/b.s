    .text
    .globl code_b
code_b:
code:
    ret
    .data
data:
    .quad 2
    .bss
zeros:
    .zero 24
    .section .rodata
    .globl keeps
keeps:
    .quad data, zeros
