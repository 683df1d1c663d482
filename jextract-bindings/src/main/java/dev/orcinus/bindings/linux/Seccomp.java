package dev.orcinus.bindings.linux;

/** {@code <linux/seccomp.h>}. */
public final class Seccomp {
    /** A program of ours decides about each system call. */
    public static final int SECCOMP_MODE_FILTER = 2;

    /** Ask whether the kernel knows an action. */
    public static final int SECCOMP_GET_ACTION_AVAIL = 2;

    /** The call fails; the lower 16 bits are the error number. */
    public static final int SECCOMP_RET_ERRNO = 0x50000;

    /** The call is made. */
    public static final int SECCOMP_RET_ALLOW = 0x7fff0000;

    private Seccomp() {}

    /** Offsets in {@code struct seccomp_data}, which the program reads. */
    public static final class SeccompData {
        /** The C type. */
        public static final String C_TYPE = "struct seccomp_data";

        /** The number of the system call, 32 bits. */
        public static final long NR = 0;

        /** The kind of system calls that the number belongs to, 32 bits. */
        public static final long ARCH = 4;

        /** Six arguments, 64 bits each. */
        public static final long ARGS = 16;

        private SeccompData() {}
    }
}
