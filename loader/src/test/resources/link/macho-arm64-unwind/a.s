# Compact unwind info of many forms; each function is described once.
# define: __gxx_personality_v0 = 0x100010
# frames: _frame _dwarf _leaf _saves _floats _table
    .globl _leaf, _frame, _saves, _floats, _table, _dwarf
    .text
    .p2align 2
_leaf:
    .cfi_startproc
    sub sp, sp, #64
    .cfi_def_cfa_offset 64
    ret
    .cfi_endproc
_frame:
    .cfi_startproc
    stp x29, x30, [sp, #-16]!
    .cfi_def_cfa_offset 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    mov x29, sp
    .cfi_def_cfa w29, 16
    ret
    .cfi_endproc
_saves:
    .cfi_startproc
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    .cfi_offset w19, -24
    .cfi_offset w20, -32
    .cfi_offset w21, -40
    .cfi_offset w22, -48
    ret
    .cfi_endproc
_floats:
    .cfi_startproc
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    .cfi_offset b8, -24
    .cfi_offset b9, -32
    ret
    .cfi_endproc
_table:
    .cfi_startproc
    .cfi_personality 155, ___gxx_personality_v0
    .cfi_lsda 16, Lexc
    .cfi_def_cfa w29, 16
    .cfi_offset w30, -8
    .cfi_offset w29, -16
    ret
    .cfi_endproc
_dwarf:
    .cfi_startproc
    .cfi_def_cfa w9, 32
    ret
    .cfi_endproc
    .section __TEXT,__gcc_except_tab
    .p2align 2
Lexc:
    .long 0
    .subsections_via_symbols
