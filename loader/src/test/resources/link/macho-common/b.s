    .comm _shared, 64, 3
    .globl _defined
    .data
    .quad 1
_defined:
    .quad 7
