# The hand-written code of AArch64RuntimeCode, from the start of the archive's code; RuntimeCodeTest compares.
        .text
        .p2align 4
anchor:
        .quad   0                       // jit-dispatch context
        .word   0x4352524f, 1           // mark
wrapper_slot:
        .quad   0
function_slot:
        .quad   0
wrapper:
        mov     x3, x1
        mov     x2, x0
        mov     w1, w16
        adr     x0, anchor
        ldr     x16, wrapper_slot
        br      x16
function:
        stp     x29, x30, [sp, #-16]!
        mov     x29, sp
        stp     x4, x5, [sp, #-16]!
        stp     x2, x3, [sp, #-16]!
        stp     x0, x1, [sp, #-16]!
        mov     x0, sp
        mov     w1, w16
        adr     x2, anchor
        ldr     x16, function_slot
        blr     x16
        mov     sp, x29
        ldp     x29, x30, [sp], #16
        ret
saving:
        stp     x29, x30, [sp, #-16]!
        stp     x1, x2, [sp, #-16]!
        stp     x3, x4, [sp, #-16]!
        stp     x5, x6, [sp, #-16]!
        stp     x7, x8, [sp, #-16]!
        stp     x9, x10, [sp, #-16]!
        stp     x11, x12, [sp, #-16]!
        stp     x13, x14, [sp, #-16]!
        stp     x15, x18, [sp, #-16]!
        stp     q0, q1, [sp, #-32]!
        stp     q2, q3, [sp, #-32]!
        stp     q4, q5, [sp, #-32]!
        stp     q6, q7, [sp, #-32]!
        stp     q8, q9, [sp, #-32]!
        stp     q10, q11, [sp, #-32]!
        stp     q12, q13, [sp, #-32]!
        stp     q14, q15, [sp, #-32]!
        stp     q16, q17, [sp, #-32]!
        stp     q18, q19, [sp, #-32]!
        stp     q20, q21, [sp, #-32]!
        stp     q22, q23, [sp, #-32]!
        stp     q24, q25, [sp, #-32]!
        stp     q26, q27, [sp, #-32]!
        stp     q28, q29, [sp, #-32]!
        stp     q30, q31, [sp, #-32]!
        bl      function
        ldp     q30, q31, [sp], #32
        ldp     q28, q29, [sp], #32
        ldp     q26, q27, [sp], #32
        ldp     q24, q25, [sp], #32
        ldp     q22, q23, [sp], #32
        ldp     q20, q21, [sp], #32
        ldp     q18, q19, [sp], #32
        ldp     q16, q17, [sp], #32
        ldp     q14, q15, [sp], #32
        ldp     q12, q13, [sp], #32
        ldp     q10, q11, [sp], #32
        ldp     q8, q9, [sp], #32
        ldp     q6, q7, [sp], #32
        ldp     q4, q5, [sp], #32
        ldp     q2, q3, [sp], #32
        ldp     q0, q1, [sp], #32
        ldp     x15, x18, [sp], #16
        ldp     x13, x14, [sp], #16
        ldp     x11, x12, [sp], #16
        ldp     x9, x10, [sp], #16
        ldp     x7, x8, [sp], #16
        ldp     x5, x6, [sp], #16
        ldp     x3, x4, [sp], #16
        ldp     x1, x2, [sp], #16
        ldp     x29, x30, [sp], #16
        ret
tlsdesc_resolver:
        stp     x1, x2, [sp, #-64]!
        stp     x3, x4, [sp, #16]
        stp     x16, x17, [sp, #32]
        stp     x0, x30, [sp, #48]
1:      ldr     x1, [x0, #8]
        ldp     x2, x3, [x1]
2:      add     x4, x2, #24
        ldar    x30, [x4]
        ldr     x4, [x2, #16]
        sub     x4, x3, x4
        cmp     x4, x30
        b.lo    3f
        ldr     x2, [x2, #32]
        cbnz    x2, 2b
        mov     x0, x1
        mov     w16, #0
        bl      saving
        ldr     x0, [sp, #48]
        b       1b
3:      mov     x0, x2
        ldr     x1, [x2]
        blr     x1
        add     x0, x0, x4
        ldr     x30, [sp, #56]
        ldp     x16, x17, [sp, #32]
        ldp     x3, x4, [sp, #16]
        ldp     x1, x2, [sp], #64
        ret
reenter:
        stp     x0, x30, [sp, #-16]!
        sub     x0, x30, #8
        mov     w16, #1
        bl      saving
        mov     x17, x0
        ldp     x0, x30, [sp], #16
        ldp     x29, x30, [sp], #16
        br      x17
