# The frames of kept functions are registered, with their exception tables; their distances have no relocations in the object.
# request-only: _thrower _plain
# live: a.o:_table a.o:_personality
# dead: a.o:_dropped_table a.o:_other
# frames: _plain _thrower
    .section __TEXT,__text,regular,pure_instructions
    .globl _thrower, _plain, _other
_thrower:
    .cfi_startproc
    .cfi_personality 155, _personality
    .cfi_lsda 16, _table
    nop
    ret
    .cfi_endproc
_other:
    .cfi_startproc
    .cfi_personality 155, _personality
    .cfi_lsda 16, _dropped_table
    ret
    .cfi_endproc
_plain:
    .cfi_startproc
    ret
    .cfi_endproc
_personality:
    ret
    .section __TEXT,__gcc_except_tab
_table:
    .long 1
_dropped_table:
    .long 2
    .comm _no_function, 4096, 4
    .subsections_via_symbols
