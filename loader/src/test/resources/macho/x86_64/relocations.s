# Every relocation type of x86-64 but TLV, which LLVM links with its runtime only; with symbols and sections as targets, near and far. MachOOracleTest compares with relocations.jitlink.
# define: _far = 0x7fff12345678
# define: _near = 0x100005000
# define: _small = 0xfffffff0
    .section __TEXT,__text,regular,pure_instructions
    .globl _text
_text:
    call _far
    call _near
    call _callee
    movq _far@GOTPCREL(%rip), %rax
    movq _near@GOTPCREL(%rip), %r15
    movq _data@GOTPCREL(%rip), %rcx
    cmpq $0, _far@GOTPCREL(%rip)
    leaq _data(%rip), %rax
    leaq _data+0x10(%rip), %rax
    cmpb $1, _data(%rip)
    cmpw $0x1234, _data(%rip)
    cmpl $0x12345678, _data(%rip)
    leaq L_nameless(%rip), %rax
    cmpb $1, L_nameless(%rip)
    cmpw $0x1234, L_nameless(%rip)
    cmpl $0x12345678, L_nameless(%rip)
    leaq L_text+3(%rip), %rsi
    ret
_callee:
    ret
    .section __DATA,__data
    .globl _data, _more, _after
_data:
    .quad _text + 0x10
    .quad _far - 1
    .quad L_nameless
    .long _small + 2
    .quad _text - _data + 3
    .long _text - _data - 1
    .quad _data - _text
    .long _data - _text + 2
    .long _far@GOTPCREL + 4
_more:
    .quad _data - _more
    .quad _more - _data
    .section __DATA,__nameless
L_nameless:
    .quad 0, 1
_after:
    .quad _after
    .section __TEXT,__cstring,cstring_literals
L_text:
    .asciz "text"
    .subsections_via_symbols
