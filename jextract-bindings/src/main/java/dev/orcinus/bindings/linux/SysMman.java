package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/mman.h>}. */
public final class SysMman {
    /** Pages cannot be used. */
    public static final int PROT_NONE = 0;

    /** Pages can be read. */
    public static final int PROT_READ = 1;

    /** Pages can be written. */
    public static final int PROT_WRITE = 2;

    /** Pages can be executed. */
    public static final int PROT_EXEC = 4;

    /** Writes are seen by other processes. */
    public static final int MAP_SHARED = 1;

    /** Writes are private. */
    public static final int MAP_PRIVATE = 2;

    /** Not backed by a file. */
    public static final int MAP_ANONYMOUS = 0x20;

    /** At the given address, in place of what is mapped there. */
    public static final int MAP_FIXED = 0x10;

    /** At the given address, or not at all. */
    public static final int MAP_FIXED_NOREPLACE = 0x100000;

    /** Swap space, or memory, is not set aside before it is used. */
    public static final int MAP_NORESERVE = 0x4000;

    /** The result of an {@code mmap} that fails. */
    public static final long MAP_FAILED = -1;

    /** Give the pages' contents back. */
    public static final int MADV_DONTNEED = 4;

    /** Use huge pages where possible. */
    public static final int MADV_HUGEPAGE = 14;

    /** Close the descriptor on exec. */
    public static final int MFD_CLOEXEC = 1;

    private static final CFunction MMAP = CFunction.named("mmap");
    private static final CFunction MUNMAP = CFunction.named("munmap");
    private static final CFunction MPROTECT = CFunction.named("mprotect");
    private static final CFunction MADVISE = CFunction.named("madvise");
    private static final CFunction SHM_OPEN = CFunction.named("shm_open");
    private static final CFunction SHM_UNLINK = CFunction.named("shm_unlink");
    private static final CFunction MEMFD_CREATE = CFunction.named("memfd_create");

    private SysMman() {}

    /** Calls {@code void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t off);} */
    public static long mmap(
            ErrnoState state, long addr, long len, int prot, int flags, int fd, long off) {
        return MMAP.call(state, addr, len, prot, flags, fd, off);
    }

    /** Calls {@code int munmap(void *addr, size_t len);} */
    public static int munmap(ErrnoState state, long addr, long len) {
        return (int) MUNMAP.call(state, addr, len);
    }

    /** Calls {@code int mprotect(void *addr, size_t len, int prot);} */
    public static int mprotect(ErrnoState state, long addr, long len, int prot) {
        return (int) MPROTECT.call(state, addr, len, prot);
    }

    /** Calls {@code int madvise(void *addr, size_t len, int advice);} */
    public static int madvise(ErrnoState state, long addr, long len, int advice) {
        return (int) MADVISE.call(state, addr, len, advice);
    }

    /** Calls {@code int shm_open(const char *name, int oflag, mode_t mode);} */
    public static int shm_open(ErrnoState state, MemorySegment name, int oflag, int mode) {
        return (int) SHM_OPEN.call(state, address(name), oflag, mode);
    }

    /** Calls {@code int shm_unlink(const char *name);} */
    public static int shm_unlink(ErrnoState state, MemorySegment name) {
        return (int) SHM_UNLINK.call(state, address(name));
    }

    /** Calls {@code int memfd_create(const char *name, unsigned int flags);} */
    public static int memfd_create(ErrnoState state, MemorySegment name, int flags) {
        return (int) MEMFD_CREATE.call(state, address(name), flags);
    }
}
