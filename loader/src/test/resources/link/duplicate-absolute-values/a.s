# Two absolute definitions of one value are one definition, in one object or in two.
# copy: --redefine-sym again=constant
# check: constant == 0x1234
# check: *{8}pointer == 0x1234
    .globl constant, again
    .set constant, 0x1234
    .set again, 0x1234
    .data
    .globl pointer
pointer:
    .quad constant
