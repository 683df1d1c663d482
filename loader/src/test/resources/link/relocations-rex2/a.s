# The forms of APX, whose instructions have a prefix of two bytes: a load needs no table entry, an addition keeps it.
    .text
    .globl start, near, load, add
start:
    nop
# check: *{3}load == 0x8d48d5
# check: load + 8 + *{s4}(load + 4) == near
load:
    movq near@GOTPCREL(%rip), %r16
# let: entry = add + 8 + *{s4}(add + 4)
# check: *{8}entry == near
add:
    addq near@GOTPCREL(%rip), %r16
near:
    ret
