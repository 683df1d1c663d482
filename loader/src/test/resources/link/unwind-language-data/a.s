# A frame keeps its function's exception table, and its CIE the personality routine.
# request-only: thrower
# live: a.o:table a.o:personality
# dead: a.o:dropped_table
# frames: thrower
    .section .text.thrower,"ax"
    .globl thrower
thrower:
    .cfi_startproc
    .cfi_personality 0x1b, personality
    .cfi_lsda 0x1b, table
    ret
    .cfi_endproc
    .section .text.other,"ax"
    .globl other
other:
    .cfi_startproc
    .cfi_personality 0x1b, personality
    .cfi_lsda 0x1b, dropped_table
    ret
    .cfi_endproc
    .section .text.personality,"ax"
personality:
    ret
    .section .gcc_except_table.thrower,"a"
table:
    .long 1
    .section .gcc_except_table.other,"a"
dropped_table:
    .long 2
