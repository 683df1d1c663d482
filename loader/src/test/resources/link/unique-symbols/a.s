# STB_GNU_UNIQUE, which gcc gives the static variables of inline functions: one for all.
# check: *{8}from_a == only
# check: *{8}from_b == only
    .section .bss.only,"awG",@nobits,only,comdat
    .type only, @gnu_unique_object
only:
    .zero 8
    .data
    .globl from_a
from_a:
    .quad only
