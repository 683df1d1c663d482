package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/stat.h>}. */
public final class SysStat {
    /** Ask for the permissions. */
    public static final int STATX_MODE = 2;

    /** Ask for the owner. */
    public static final int STATX_UID = 8;

    private static final CFunction FCHMOD = CFunction.named("fchmod");
    private static final CFunction STATX = CFunction.named("statx");

    private SysStat() {}

    /** Calls {@code int fchmod(int fd, mode_t mode);} */
    public static int fchmod(ErrnoState state, int fd, int mode) {
        return (int) FCHMOD.call(state, fd, mode);
    }

    /**
     * Calls {@code int statx(int dirfd, const char *path, int flags, unsigned int mask, struct
     * statx *buf);}
     */
    public static int statx(
            ErrnoState state,
            int dirfd,
            MemorySegment path,
            int flags,
            int mask,
            MemorySegment buf) {
        return (int) STATX.call(state, dirfd, address(path), flags, mask, address(buf), 0);
    }

    /** Offsets in {@code struct statx}. */
    public static final class Statx {
        /** The C type. */
        public static final String C_TYPE = "struct statx";

        /** Its size in bytes. */
        public static final long SIZEOF = 256;

        /** The owner, 32 bits. */
        public static final long STX_UID = 20;

        /** The type and the permissions, 16 bits. */
        public static final long STX_MODE = 28;

        private Statx() {}
    }
}
