# A displacement of an instruction, to its limit or one past it.
# define: target = 0x180000007
# error: a.o: __TEXT,__text+0x3: DELTA32 to '_target'
# error: is 0x80000000; the limits are -0x80000000 and 0x7fffffff
    .globl _place
_place:
    leaq _target(%rip), %rax
    .subsections_via_symbols
