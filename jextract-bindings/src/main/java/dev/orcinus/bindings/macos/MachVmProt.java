package dev.orcinus.bindings.macos;

/** {@code <mach/vm_prot.h>}. */
public final class MachVmProt {
    /** The pages can be written. */
    public static final int VM_PROT_WRITE = 2;

    /** The pages can be executed. */
    public static final int VM_PROT_EXECUTE = 4;

    private MachVmProt() {}
}
