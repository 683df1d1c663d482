# Every relocation type of x86-64 that needs no table, with a symbol and with a section as its target.
# check: *{s4}(_code + 1) == _data - (_code + 5)
# check: *{s4}(_calls_local + 1) == a.o:_callee - (_calls_local + 5)
# check: *{s4}(_section + 3) == a.o:_text + 3 - (_section + 7)
# define: absolute = 0x123456789abc
# define: small = 0xfffffff0
# jitlink-check: *{4}(_code + 8) = (_data - (_code + 12))[31:0]
# jitlink-check: *{4}(_code + 15) = (_data - (_code + 3))[31:0]
# jitlink-check: *{4}(_signed1 + 2) = (_flag - (_signed1 + 7))[31:0]
# jitlink-check: *{4}(_signed2 + 3) = (_flag - (_signed2 + 9))[31:0]
# jitlink-check: *{4}(_signed4 + 2) = (_flag - (_signed4 + 10))[31:0]
# jitlink-check: *{4}(_local + 3) = (_hidden - (_local + 7))[31:0]
# jitlink-check: *{4}(_local1 + 2) = (_hidden - (_local1 + 3))[31:0]
# jitlink-check: *{4}(_local2 + 3) = (_hidden - (_local2 + 5))[31:0]
# jitlink-check: *{4}(_local4 + 2) = (_hidden - (_local4 + 6))[31:0]
# jitlink-check: *{4}(_section1 + 2) = (_table - (_section1 + 15))[31:0]
# jitlink-check: *{4}(_section2 + 3) = (_table - (_section2 + 17))[31:0]
# jitlink-check: *{4}(_section4 + 2) = (_table - (_section4 + 14))[31:0]
# jitlink-check: *{8}(_data + 28) = _table - 8
# jitlink-check: *{8}_data = _code + 0x10
# jitlink-check: *{8}(_data + 8) = _hidden + 4
# jitlink-check: *{8}(_data + 16) = _absolute - 1
# jitlink-check: *{4}(_data + 24) = _small + 2
    .section __TEXT,__text,regular,pure_instructions
    .globl _code, _signed1, _signed2, _signed4, _local, _local1, _local2, _local4, _calls_local
_code:
    call _data
    leaq _data(%rip), %rax
    leaq _data+0x10(%rip), %rax
_signed1:
    cmpb $1, _flag(%rip)
_signed2:
    cmpw $0x1234, _flag(%rip)
_signed4:
    cmpl $0x12345678, _flag(%rip)
_local:
    leaq L_here(%rip), %rax
_local1:
    cmpb $1, L_here+4(%rip)
_local2:
    cmpw $0x1234, L_here+4(%rip)
_local4:
    cmpl $0x12345678, L_here+4(%rip)
_calls_local:
    call _callee
_callee:
    ret
    .globl _section, _section1, _section2, _section4, _table
_section:
    leaq L_text+3(%rip), %rax
_section1:
    cmpb $1, L_anonymous(%rip)
_section2:
    cmpw $0x1234, L_anonymous(%rip)
_section4:
    cmpl $0x12345678, L_anonymous+4(%rip)
    .section __DATA,__data
    .globl _data, _flag
_data:
    .quad _code + 0x10
    .quad L_here + 4
    .quad _absolute - 1
    .long _small + 2
    .quad L_anonymous
_flag:
    .long 0
    .section __DATA,__other
_hidden:
L_here:
    .quad 0, 0
    .section __DATA,__nameless
L_anonymous:
    .quad 0
_table:
    .quad 0
    .section __TEXT,__cstring,cstring_literals
    .asciz "before"
_text:
L_text:
    .asciz "text"
    .subsections_via_symbols
