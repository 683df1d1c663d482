package dev.orcinus.bench;

/** The assembly source of a large object: 20,000 functions of 230 bytes, four relocations each. */
final class GeneratedCode {
    private static final int FUNCTIONS = 20_000;
    private static final int STRIDE = 7_919;

    private GeneratedCode() {}

    /**
     * Returns the source.
     *
     * @param inSections whether each function and each variable has a section of its own
     */
    static String text(boolean inSections) {
        StringBuilder text = new StringBuilder(".text\n");
        for (int i = 0; i < FUNCTIONS; i++) {
            int other = (int) (((long) i * STRIDE + 13) % FUNCTIONS);
            text.append(inSections ? ".section .text.f" + i + ",\"ax\",@progbits\n" : ".text\n");
            text.append(function(i, other));
            text.append(inSections ? ".section .data.v" + i + ",\"aw\",@progbits\n" : ".data\n");
            text.append(
                    """
                    .globl v%1$d
                    .p2align 3
                    v%1$d: .quad f%2$d
                    """
                            .formatted(i, other));
        }
        return text.append(".text\n.globl main\nmain: xorl %eax, %eax\nret\n").toString();
    }

    private static String function(int i, int other) {
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
}
