// Functions of arm64 without a frame record: the return address stays in the link register.
.section __TEXT,__text,regular,pure_instructions
.p2align 2
.globl _stack_only
_stack_only:
.cfi_startproc
sub sp, sp, #48
.cfi_def_cfa_offset 48
add sp, sp, #48
ret
.cfi_endproc

.p2align 2
.globl _two_registers
_two_registers:
.cfi_startproc
sub sp, sp, #48
stp x20, x19, [sp, #32]
.cfi_def_cfa_offset 48
.cfi_offset w19, -8
.cfi_offset w20, -16
ldp x20, x19, [sp, #32]
add sp, sp, #48
ret
.cfi_endproc

.p2align 2
.globl _all_registers
_all_registers:
.cfi_startproc
sub sp, sp, #1, lsl #12
.cfi_def_cfa_offset 4096
.cfi_offset w19, -8
.cfi_offset w20, -16
.cfi_offset w21, -24
.cfi_offset w22, -32
.cfi_offset w23, -40
.cfi_offset w24, -48
.cfi_offset w25, -56
.cfi_offset w26, -64
.cfi_offset w27, -72
.cfi_offset w28, -80
.cfi_offset b8, -88
.cfi_offset b9, -96
.cfi_offset b10, -104
.cfi_offset b11, -112
.cfi_offset b12, -120
.cfi_offset b13, -128
.cfi_offset b14, -136
.cfi_offset b15, -144
ret
.cfi_endproc

.p2align 2
.globl _no_compact_form
_no_compact_form:
.cfi_startproc
.cfi_def_cfa w9, 32
ret
.cfi_endproc
.subsections_via_symbols
