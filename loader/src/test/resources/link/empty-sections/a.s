# A symbol at a section without a byte has an address: C's empty struct, the end of an empty table.
# check: *{8}pointer == nothing
# check: *{8}(pointer + 8) == empty_table
# check: nothing != 0
# check: empty_table != 0
# check: reference + 7 + *{s4}(reference + 3) == empty_table
    .text
    .globl pointer, reference, nothing, empty_table
reference:
    leaq empty_table(%rip), %rax
pointer:
    .reloc ., R_X86_64_64, nothing
    .quad 0
    .reloc ., R_X86_64_64, empty_table
    .quad 0
    .section .bss.nothing,"aw",@nobits
nothing:
    .section .rodata.empty,"a",@progbits
empty_table:
