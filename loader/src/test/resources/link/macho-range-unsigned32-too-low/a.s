# An address in 32 bits, to its limit or one past it.
# define: target = -0x1
# error: a.o: __TEXT,__text+0x0: POINTER32 to '_target'
# error: is -0x1; the limits are 0x0 and 0xffffffff
    .globl _place
_place:
    .long _target
    .subsections_via_symbols
