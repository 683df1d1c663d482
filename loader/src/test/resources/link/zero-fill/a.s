# Zeros take no room in the object, and are zero also where contents follow in the same section name.
# check: *{8}zeros == 0
# check: *{8}(zeros + 0xfff8) == 0
# check: *{4}content == 9
# check: *{8}behind == 0
    .bss
    .globl zeros, content, behind
zeros:
    .zero 0x10000
    .section mixed,"aw",@nobits,unique,1
behind:
    .zero 32
    .section mixed,"aw",@progbits,unique,2
content:
    .long 9
