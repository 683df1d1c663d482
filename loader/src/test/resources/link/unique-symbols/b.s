    .section .bss.only,"awG",@nobits,only,comdat
    .type only, @gnu_unique_object
only:
    .zero 8
    .data
    .globl from_b
from_b:
    .quad only
