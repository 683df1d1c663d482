package dev.orcinus.bindings.macos;

/** {@code <mach/kern_return.h>}. */
public final class MachReturn {
    /** The call has succeeded. */
    public static final int KERN_SUCCESS = 0;

    private MachReturn() {}
}
