package dev.orcinus.bindings.macos;

/** {@code <mach/vm_region.h>}. */
public final class MachVmRegion {
    /** Length of the struct in 32-bit words. */
    public static final int VM_REGION_SUBMAP_SHORT_INFO_COUNT_64 = 12;

    private MachVmRegion() {}

    /** Offsets in {@code struct vm_region_submap_short_info_64}. */
    public static final class ShortInfo {
        /** The C type. */
        public static final String C_TYPE = "struct vm_region_submap_short_info_64";

        /** Its size in bytes. */
        public static final long SIZEOF = 48;

        /** {@code VM_PROT_READ}, {@code VM_PROT_WRITE}, {@code VM_PROT_EXECUTE}, 32 bits. */
        public static final long PROTECTION = 0;

        private ShortInfo() {}
    }
}
