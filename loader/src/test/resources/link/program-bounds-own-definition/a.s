# An object's own definition counts before the linker's.
# check: *{8}pointer == end
# check: *{4}end == 7
    .data
    .globl end, pointer
end:
    .long 7
pointer:
    .quad end
