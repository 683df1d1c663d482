// What asks for entries: of the GOT, of thread-local variables, and stubs. A section for each case.
    .section .text.paired, "ax"
    adrp x3, :got:target
    ldr x3, [x3, :got_lo12:target]
    ret
    .section .text.shared, "ax"                 // other code could use x0 as well
    adrp x0, :got:target
    ldr x3, [x0, :got_lo12:target]
    ret
    .section .text.apart, "ax"                  // the nop could be the target of a jump
    adrp x3, :got:target
    nop
    ldr x3, [x3, :got_lo12:target]
    ret
    .section .text.crossed, "ax"                // two symbols
    adrp x3, :got:target
    ldr x3, [x3, :got_lo12:other]
    ret
    .section .text.mixed, "ax"                  // one of the block's loads is not paired
    adrp x3, :got:target
    ldr x3, [x3, :got_lo12:target]
    ldr x4, [x3, :got_lo12:other]
    ret
    .section .text.tiny, "ax"
    ldr x3, :got:target
    ret
    .section .text.offset, "ax"                 // gcc -fpic
    adrp x3, _GLOBAL_OFFSET_TABLE_
    ldr x3, [x3, :gotpage_lo15:target]
    ret
    .section .rodata.entry, "a"
    .word target@GOTPCREL
    .section .text.descriptor, "ax"
    adrp x0, :tlsdesc:variable
    ldr x1, [x0, :tlsdesc_lo12:variable]
    add x0, x0, :tlsdesc_lo12:variable
    .tlsdesccall variable
    blr x1
    .section .text.initial, "ax"
    adrp x3, :gottprel:variable
    ldr x3, [x3, :gottprel_lo12:variable]
    ret
    .section .text.initialTiny, "ax"
    ldr x3, :gottprel:variable
    ret
    .section .text.pair, "ax"
    .reloc ., R_AARCH64_TLSGD_ADR_PAGE21, variable  // LLVM's assembler has no :tlsgd:
    adrp x3, 0
    .reloc ., R_AARCH64_TLSGD_ADD_LO12_NC, variable
    add x3, x3, 0
    ret
    .section .text.call, "ax"
    bl function
    .section .text.jump, "ax"
    b function+8
    .section .text.conditional, "ax"
    cbz x0, function
    .section .text.test, "ax"
    tbz x0, #0, function
    .section .rodata.branch, "a"
    .word function@PLT - .
    .section .text.weak, "ax"
    .weak nowhere
    bl nowhere
