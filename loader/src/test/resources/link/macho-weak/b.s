    .globl _other, _inline, _caller
    .weak_definition _inline
_caller:
    call _inline
    ret
_inline:
    .cfi_startproc
    nop
    ret
    .cfi_endproc
    .data
_other:
    .quad _inline
    .subsections_via_symbols
