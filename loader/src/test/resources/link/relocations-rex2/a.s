# The forms of APX, whose instructions have a prefix of two bytes, keep their table entries.
    .text
    .globl start, near, load, add
start:
    nop
# check: *{3}load == 0x8b48d5
# let: entry = load + 8 + *{s4}(load + 4)
# check: *{8}entry == near
load:
    movq near@GOTPCREL(%rip), %r16
# check: add + 8 + *{s4}(add + 4) == entry
add:
    addq near@GOTPCREL(%rip), %r16
near:
    ret
