package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/uio.h>}: copies between processes. */
public final class ProcessVm {
    private static final CFunction PROCESS_VM_READV = CFunction.named("process_vm_readv");
    private static final CFunction PROCESS_VM_WRITEV = CFunction.named("process_vm_writev");

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

    private ProcessVm() {}
}
