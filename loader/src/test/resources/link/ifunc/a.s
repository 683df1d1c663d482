# An indirect function is a stub that jumps through a slot; everybody sees the stub; one action per function fills the slot.
# actions: 1
# let: stub = ifunc
# check: *{2}stub == 0x25ff
# check: *{8}(stub + 6 + *{s4}(stub + 2)) == 0
# check: local_call + 5 + *{s4}(local_call + 1) == stub
# check: *{8}taken == stub
# check: *{8}from_b == stub
# check: stub != a.o:resolver
    .text
    .globl ifunc, local_call
    .type ifunc, @gnu_indirect_function
ifunc:
resolver:
    leaq implementation(%rip), %rax
    ret
implementation:
    ret
local_call:
    call ifunc@PLT
    movq ifunc@GOTPCREL(%rip), %rax
    .data
    .globl taken
taken:
    .quad ifunc
