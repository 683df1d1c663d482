package dev.orcinus.bindings.linux;

/** {@code <linux/audit.h>}. */
public final class Audit {
    /** System calls of x86-64. */
    public static final long AUDIT_ARCH_X86_64 = 0xc000003eL;

    /** System calls of AArch64. */
    public static final long AUDIT_ARCH_AARCH64 = 0xc00000b7L;

    private Audit() {}
}
