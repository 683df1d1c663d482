package dev.orcinus.bindings.linux;

/** {@code <sys/resource.h>}. */
public final class SysResource {
    /** Seconds of processor time. */
    public static final int RLIMIT_CPU = 0;

    /** The length of a file that is written. */
    public static final int RLIMIT_FSIZE = 1;

    /** Private memory that can be written to. */
    public static final int RLIMIT_DATA = 2;

    /** The length of a core file. */
    public static final int RLIMIT_CORE = 4;

    /** One more than the highest descriptor. */
    public static final int RLIMIT_NOFILE = 7;

    private SysResource() {}

    /** Offsets in {@code struct rlimit}. */
    public static final class Rlimit {
        /** The C type. */
        public static final String C_TYPE = "struct rlimit";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** The present limit, 64 bits. */
        public static final long RLIM_CUR = 0;

        /** How far a process may raise it, 64 bits. */
        public static final long RLIM_MAX = 8;

        private Rlimit() {}
    }
}
