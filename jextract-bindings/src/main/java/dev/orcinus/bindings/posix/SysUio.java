package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/uio.h>}. */
public final class SysUio {
    private static final CFunction WRITEV = CFunction.named("writev");

    private SysUio() {}

    /** Calls {@code ssize_t writev(int fd, const struct iovec *iovec, int count);} */
    public static long writev(ErrnoState state, int fd, MemorySegment iovec, int count) {
        return WRITEV.call(state, fd, address(iovec), count);
    }

    /** Offsets in {@code struct iovec}. */
    public static final class Iovec {
        /** The C type. */
        public static final String C_TYPE = "struct iovec";

        /** Its size in bytes. */
        public static final long SIZEOF = 16;

        /** Address of the bytes. */
        public static final long IOV_BASE = 0;

        /** Number of bytes. */
        public static final long IOV_LEN = 8;

        private Iovec() {}
    }
}
