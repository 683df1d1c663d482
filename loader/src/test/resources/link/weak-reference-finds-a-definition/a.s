# A weak reference is bound like any other where there is a definition.
# check: *{8}pointer == somebody
    .data
    .globl pointer
    .weak somebody
pointer:
    .quad somebody
