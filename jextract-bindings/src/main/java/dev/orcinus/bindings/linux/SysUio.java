package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/uio.h>}. */
public final class SysUio {
    private static final CFunction WRITEV = CFunction.named("writev");
    private static final CFunction PROCESS_VM_READV = CFunction.named("process_vm_readv");
    private static final CFunction PROCESS_VM_WRITEV = CFunction.named("process_vm_writev");

    private SysUio() {}

    /** Calls {@code ssize_t writev(int fd, const struct iovec *iovec, int count);} */
    public static long writev(ErrnoState state, int fd, MemorySegment iovec, int count) {
        return WRITEV.call(state, fd, address(iovec), count);
    }

    /**
     * Calls {@code ssize_t process_vm_readv(pid_t pid, const struct iovec *lvec, unsigned long
     * liovcnt, const struct iovec *rvec, unsigned long riovcnt, unsigned long flags);}
     */
    public static long process_vm_readv(
            ErrnoState state,
            int pid,
            MemorySegment lvec,
            long liovcnt,
            MemorySegment rvec,
            long riovcnt,
            long flags) {
        return PROCESS_VM_READV.call(
                state, pid, address(lvec), liovcnt, address(rvec), riovcnt, flags);
    }

    /**
     * Calls {@code ssize_t process_vm_writev(pid_t pid, const struct iovec *lvec, unsigned long
     * liovcnt, const struct iovec *rvec, unsigned long riovcnt, unsigned long flags);}
     */
    public static long process_vm_writev(
            ErrnoState state,
            int pid,
            MemorySegment lvec,
            long liovcnt,
            MemorySegment rvec,
            long riovcnt,
            long flags) {
        return PROCESS_VM_WRITEV.call(
                state, pid, address(lvec), liovcnt, address(rvec), riovcnt, flags);
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
