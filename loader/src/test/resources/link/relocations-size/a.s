# The size of a symbol: of this object, and of another one.
    .data
    .globl table, size32, size64, size_more, size_other
    .type table, @object
    .size table, 24
table:
    .zero 24
# check: *{4}size32 == 24
size32:
    .reloc ., R_X86_64_SIZE32, table
    .long 0
# check: *{8}size64 == 24
size64:
    .reloc ., R_X86_64_SIZE64, table
    .quad 0
# check: *{8}size_more == 20
size_more:
    .reloc ., R_X86_64_SIZE64, table-4
    .quad 0
# check: *{8}size_other == 40
size_other:
    .reloc ., R_X86_64_SIZE64, other
    .quad 0
