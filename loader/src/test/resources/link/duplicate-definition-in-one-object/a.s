# The assembler refuses one name with two definitions; llvm-objcopy (# copy:) gives one of them the name of the other.
# copy: --redefine-sym second=twice
# error: 'twice' is already defined in test by a.o
    .data
    .globl twice, second
twice:
    .long 1
second:
    .long 2
