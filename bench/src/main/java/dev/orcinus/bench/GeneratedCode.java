package dev.orcinus.bench;

/**
 * The assembly source of a large object: 20,000 functions of some 230 bytes. Each has four
 * relocations on x86-64 and six on arm64, which takes two for an address.
 */
final class GeneratedCode {
    private static final int FUNCTIONS = 20_000;
    private static final int STRIDE = 7_919;

    private static final String MACH_O_X64_FUNCTION =
            """
            .globl _f%1$d
            .p2align 4
            _f%1$d:
            .cfi_startproc
            testl %%edi, %%edi
            jle 1f
            decl %%edi
            call _f%2$d
            1: leaq _v%1$d(%%rip), %%rax
            movq _v%2$d@GOTPCREL(%%rip), %%rcx
            addl (%%rcx), %%eax
            .fill 180, 1, 0x90
            ret
            .cfi_endproc
            """;
    private static final String MACH_O_ARM64_FUNCTION =
            """
            .globl _f%1$d
            .p2align 4
            _f%1$d:
            .cfi_startproc
            subs w0, w0, #1
            b.lt 1f
            bl _f%2$d
            1: adrp x8, _v%1$d@PAGE
            add x8, x8, _v%1$d@PAGEOFF
            adrp x9, _v%2$d@GOTPAGE
            ldr x9, [x9, _v%2$d@GOTPAGEOFF]
            ldr w9, [x9]
            add w0, w8, w9
            .fill 45, 4, 0xd503201f
            ret
            .cfi_endproc
            """;

    private GeneratedCode() {}

    /**
     * Returns the source of an ELF object for x86-64.
     *
     * @param inSections whether each function and each variable has a section of its own
     */
    static String elf(boolean inSections) {
        StringBuilder text = new StringBuilder(".text\n");
        for (int i = 0; i < FUNCTIONS; i++) {
            int other = other(i);
            text.append(inSections ? ".section .text.f" + i + ",\"ax\",@progbits\n" : ".text\n");
            text.append(elfFunction(i, other));
            text.append(inSections ? ".section .data.v" + i + ",\"aw\",@progbits\n" : ".data\n");
            text.append(variable("", i, other));
        }
        return text.append(".text\n.globl main\nmain: xorl %eax, %eax\nret\n").toString();
    }

    /**
     * Returns the source of a Mach-O object.
     *
     * @param isDivisible whether the linker may split it at its symbols, as what compilers make
     */
    static String machO(boolean arm64, boolean isDivisible) {
        String function = arm64 ? MACH_O_ARM64_FUNCTION : MACH_O_X64_FUNCTION;
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < FUNCTIONS; i++) {
            int other = other(i);
            text.append(".text\n").append(function.formatted(i, other));
            text.append(".data\n").append(variable("_", i, other));
        }
        text.append(".text\n.globl _main\n.p2align 2\n_main: ");
        text.append(arm64 ? "mov w0, #0\n" : "xorl %eax, %eax\n");
        text.append("ret\n").append(isDivisible ? ".subsections_via_symbols\n" : "");
        return text.toString();
    }

    private static String elfFunction(int i, int other) {
        return """
               .globl f%1$d
               .p2align 4
               .type f%1$d, @function
               f%1$d:
               .cfi_startproc
               testl %%edi, %%edi
               jle 1f
               decl %%edi
               call f%2$d@PLT
               1: leaq v%1$d(%%rip), %%rax
               movq v%2$d@GOTPCREL(%%rip), %%rcx
               addl (%%rcx), %%eax
               .fill 180, 1, 0x90
               ret
               .cfi_endproc
               .size f%1$d, . - f%1$d
               """
                .formatted(i, other);
    }

    private static int other(int i) {
        return (int) (((long) i * STRIDE + 13) % FUNCTIONS);
    }

    private static String variable(String prefix, int i, int other) {
        return """
               .globl %1$sv%2$d
               .p2align 3
               %1$sv%2$d: .quad %1$sf%3$d
               """
                .formatted(prefix, i, other);
    }
}
