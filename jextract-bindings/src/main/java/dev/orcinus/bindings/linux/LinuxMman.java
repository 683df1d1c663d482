package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/mman.h>}. */
public final class LinuxMman {
    /** Not backed by a file. */
    public static final int MAP_ANONYMOUS = 0x20;

    /** At the given address, or not at all. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    /** Swap space, or memory, is not set aside before it is used. */
    public static final int MAP_NORESERVE = 0x4000;

    /** Give the pages' contents back. */
    public static final int MADV_DONTNEED = 4;

    /** Use huge pages where possible. */
    public static final int MADV_HUGEPAGE = 14;

    /** Close the descriptor on exec. */
    public static final int MFD_CLOEXEC = 1;

    private static final CFunction MADVISE = CFunction.named("madvise");
    private static final CFunction SHM_OPEN = CFunction.named("shm_open");
    private static final CFunction MEMFD_CREATE = CFunction.named("memfd_create");

    /** Calls {@code int madvise(void *addr, size_t len, int advice);} */
    public static int madvise(ErrnoState state, long addr, long len, int advice) {
        return (int) MADVISE.call(state, addr, len, advice);
    }

    /** Calls {@code int shm_open(const char *name, int oflag, mode_t mode);} */
    public static int shm_open(ErrnoState state, MemorySegment name, int oflag, int mode) {
        return (int) SHM_OPEN.call(state, address(name), oflag, mode);
    }

    /** Calls {@code int memfd_create(const char *name, unsigned int flags);} */
    public static int memfd_create(ErrnoState state, MemorySegment name, int flags) {
        return (int) MEMFD_CREATE.call(state, address(name), flags);
    }

    private LinuxMman() {}
}
