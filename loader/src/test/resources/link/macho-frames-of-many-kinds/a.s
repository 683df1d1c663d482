# Several CIEs: with and without personality and table, signal frames, several functions for one CIE, one atom with two functions.
# define: __gxx_personality_v0 = 0x100010
# define: __other_personality = 0x100020
# frames: _one _three _five _two _four
    .globl _one, _two, _three, _four, _five
    .text
_one:
    .cfi_startproc
    ret
    .cfi_endproc
_two:
    .cfi_startproc
    .cfi_personality 155, ___gxx_personality_v0
    .cfi_lsda 16, Ltable
    ret
    .cfi_endproc
_three:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_def_cfa %rbx, 16
    ret
    .cfi_endproc
_four:
    .cfi_startproc
    .cfi_personality 155, ___other_personality
    .cfi_lsda 16, Ltable2
    ret
    .cfi_endproc
_five:
    .cfi_startproc
    .cfi_personality 155, ___gxx_personality_v0
    ret
    .cfi_endproc
    .section __TEXT,__gcc_except_tab
Ltable:
    .long 1
Ltable2:
    .long 2
    .subsections_via_symbols
