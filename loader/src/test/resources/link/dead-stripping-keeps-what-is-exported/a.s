# Without a choice, what others may ask for later stays; a static function that nobody needs goes.
# live: exported a.o:used
# dead: a.o:unused
# frames: exported a.o:used
    .section .text.exported,"ax"
    .globl exported
exported:
    .cfi_startproc
    call used
    ret
    .cfi_endproc
    .section .text.used,"ax"
used:
    .cfi_startproc
    ret
    .cfi_endproc
    .section .text.unused,"ax"
unused:
    .cfi_startproc
    ret
    .cfi_endproc
