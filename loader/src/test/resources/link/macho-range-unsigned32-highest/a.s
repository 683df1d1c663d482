# An address in 32 bits, to its limit or one past it.
# define: target = 0xffffffff
# check: *{4}_place == target
    .globl _place
_place:
    .long _target
    .subsections_via_symbols
