# What describes functions to unwinders is in no section in memory.
# error: symbol 2 '_x' is in no section in memory, but __DATA,__data+0x0 refers to it
 .text
 .globl _f
_f: ret
 .section __LD,__compact_unwind,regular,debug
 .globl _x
_x:
 .quad _f
 .long 1
 .long 0x01000000
 .quad 0
 .quad 0
 .data
 .globl _p
_p: .quad _x
 .subsections_via_symbols
