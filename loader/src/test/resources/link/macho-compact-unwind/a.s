# Functions with compact unwind info only get frames that are kept with them, and keep their exception tables.
# flags: -emit-dwarf-unwind=no-compact-unwind
# request-only: _thrower _plain _odd
# live: a.o:_table a.o:_personality
# dead: a.o:_dropped_table a.o:_other
# frames: _odd _thrower _plain
    .section __TEXT,__text,regular,pure_instructions
    .globl _thrower, _plain, _other, _odd
_thrower:
    .cfi_startproc
    .cfi_personality 155, _personality
    .cfi_lsda 16, _table
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    popq %rbp
    ret
    .cfi_endproc
_other:
    .cfi_startproc
    .cfi_personality 155, _personality
    .cfi_lsda 16, _dropped_table
    pushq %rax
    .cfi_def_cfa_offset 16
    ret
    .cfi_endproc
_plain:
    .cfi_startproc
    pushq %rax
    .cfi_def_cfa_offset 16
    ret
    .cfi_endproc
# The CFA is not computed from rsp or rbp: only call frame information describes it.
_odd:
    .cfi_startproc
    .cfi_def_cfa %r10, 8
    ret
    .cfi_endproc
_personality:
    ret
    .section __TEXT,__gcc_except_tab
_table:
    .long 1
_dropped_table:
    .long 2
    .subsections_via_symbols
