# Only what was asked for stays, with what it needs; unwind information stays and goes with its code.
# request-only: wanted
# live: wanted helper a.o:constant a.o:retained
# dead: unwanted a.o:dropped_constant a.o:static_unwanted
# frames: wanted helper
    .section .text.wanted,"ax"
    .globl wanted, helper, unwanted
wanted:
    .cfi_startproc
    call helper
    leaq constant(%rip), %rax
    ret
    .cfi_endproc
    .section .text.helper,"ax"
helper:
    .cfi_startproc
    ret
    .cfi_endproc
    .section .text.unwanted,"ax"
unwanted:
    .cfi_startproc
    leaq dropped_constant(%rip), %rax
    call nobody_defines_this
    ret
    .cfi_endproc
    .section .text.static_unwanted,"ax"
static_unwanted:
    .cfi_startproc
    ret
    .cfi_endproc
    .section .rodata.constant,"a"
constant:
    .long 1
    .section .rodata.dropped,"a"
dropped_constant:
    .long 2
    .section .data.retained,"awR"
retained:
    .long 3
