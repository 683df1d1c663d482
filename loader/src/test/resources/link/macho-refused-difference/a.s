# One edge cannot express the difference of two symbols that both lie elsewhere.
# error: a.o+0x
# error: relocation X86_64_RELOC_UNSIGNED (0) at __DATA,__data+0x8 subtracts '_one' from '_two', and neither of them is in the same block
    .globl _one, _two, _place
    .data
_one:
    .quad 0
_place:
    .quad _two - _one
    .section __DATA,__other
_two:
    .quad 0
    .subsections_via_symbols
