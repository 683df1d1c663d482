# A load needs the alignment that its instruction says.
# error: a.o: __TEXT,__text+0x0: ACCESS64_LO12 to '_d'
# error: is 0x4; it has to be a multiple of 8
    .globl _code
    .p2align 2
_code:
    ldr x0, [x0, _d@PAGEOFF]
    .data
    .p2align 3
    .long 0
_d: .quad 0
    .subsections_via_symbols
