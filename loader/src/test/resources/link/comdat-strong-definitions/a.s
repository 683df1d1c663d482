# A group may define strong symbols, too: the second group is dropped before anybody calls them duplicates.
# check: *{4}shared == 1
# check: *{8}from_b == shared
    .section .rodata.shared,"aG",@progbits,shared,comdat
    .globl shared
shared:
    .long 1
