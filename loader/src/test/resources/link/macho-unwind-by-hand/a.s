# A function, its personality and its table may lie anywhere in their atoms. The first record is the CIE, the second one the FDE.
# frames: _code
# check: *{8}(_table + 4 + 0x13) == _text + 2
# check: *{s8}(_table + 4 + 0x28 + 8) + _table + 4 + 0x28 + 8 == _code
# check: *{s8}(_table + 4 + 0x28 + 0x19) + _table + 4 + 0x28 + 0x19 == _table
    .globl _text, _table, _code
    .text
_text:
    nop
    nop
L_personality:
    ret
    .section __TEXT,__code,regular,pure_instructions
    nop
L_code:
    .alt_entry _code
_code:
    ret
    nop
    .section __TEXT,__gcc_except_tab
    .long 0
L_table:
_table:
    .long 1
    .section __LD,__compact_unwind,regular,debug
    .quad L_code
    .long 1
    .long 0x01000000
    .quad L_personality
    .quad L_table
    .subsections_via_symbols
