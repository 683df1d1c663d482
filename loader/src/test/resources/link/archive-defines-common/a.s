# A common symbol takes the member that defines it, past one that has it as common, too; Fortran's BLOCK DATA depends on this.
# archive: tentative.o block.o small.o
# pulled: block.o small.o
# not-pulled: tentative.o
# check: *{4}table == 5
# check: *{8}pointer == block.o:table
# check: *{4}weakly == 0
    .comm table, 16, 4
    .comm weakly, 4, 4
    .data
    .globl pointer
pointer:
    .quad table, weakly
