# Addends of branches and of pages, at their limits.
# check: (*{4}_code)[25:0] == (_f + 8 - _code)[27:2]
# check: (*{4}(_code + 4))[25:0] == (_f + 4 - (_code + 4))[27:2]
# check: (*{4}(_code + 8))[23:5] == ((_data + 0x7fffff)[63:12] - (_code + 8)[63:12])[20:2]
# check: (*{4}(_code + 12))[21:10] == (_data + 0x7fffff)[11:0]
# jitlink-check: (*{4}_code)[25:0] = (_f - (_code - 8))[27:2]
# jitlink-check: (*{4}(_code + 4))[25:0] = (_f - _code)[27:2]
# jitlink-check: (*{4}(_code + 12))[21:10] = (_data + 0x7fffff)[11:0]
    .globl _code, _data, _f
    .text
    .p2align 2
_code:
    b _f + 8
    bl _f + 4
    adrp x0, _data@PAGE + 0x7fffff
    add x0, x0, _data@PAGEOFF + 0x7fffff
_f:
    nop
    nop
    nop
    ret
    .data
    .p2align 3
_data:
    .quad 0
    .subsections_via_symbols
