package dev.orcinus.bindings.linux;

/** {@code <linux/fs.h>}, of Linux 6.11 and later. */
public final class LinuxFs {
    /** A macro of the header; a header without it is older than these declarations. */
    public static final String IF_DEFINED = "PROCMAP_QUERY";

    /** Asks {@code /proc/PID/maps} for one mapping. */
    public static final long PROCMAP_QUERY = 0xc0686611L;

    /** Only a mapping that is executable. */
    public static final int PROCMAP_QUERY_VMA_EXECUTABLE = 4;

    /** Only a mapping that is writable. */
    public static final int PROCMAP_QUERY_VMA_WRITABLE = 2;

    private LinuxFs() {}

    /** Offsets in {@code struct procmap_query}. */
    public static final class ProcmapQuery {
        /** The C type. */
        public static final String C_TYPE = "struct procmap_query";

        /** Its size in bytes. */
        public static final long SIZEOF = 104;

        /** The struct's size, 64 bits. */
        public static final long SIZE = 0;

        /** Required properties of the mapping, 64 bits. */
        public static final long QUERY_FLAGS = 8;

        /** An address in it, 64 bits. */
        public static final long QUERY_ADDR = 16;

        private ProcmapQuery() {}
    }
}
