# A displacement of an instruction, to its limit or one past it.
# define: target = 0x80000007
# check: *{s4}(_place + 3) + _place + 7 == target
    .globl _place
_place:
    leaq _target(%rip), %rax
    .subsections_via_symbols
