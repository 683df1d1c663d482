# An undefined symbol takes its member although no relocation refers to it, and that member's undefined symbol takes another.
# archive: one.o two.o three.o
# pulled: one.o two.o
# not-pulled: three.o
# initializers: one.o:start two.o:start
    .globl pulled_in
    .data
    .globl data
data:
    .long 1
