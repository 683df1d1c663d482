package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/mman.h>}. */
public final class SysMman {
    /** No access. */
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

    /** At the given address, in place of what is mapped there. */
    public static final int MAP_FIXED = 0x10;

    /** The result of an {@code mmap} that fails. */
    public static final long MAP_FAILED = -1;

    private static final CFunction MMAP = CFunction.named("mmap");
    private static final CFunction MUNMAP = CFunction.named("munmap");
    private static final CFunction MPROTECT = CFunction.named("mprotect");
    private static final CFunction SHM_UNLINK = CFunction.named("shm_unlink");

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

    /** Calls {@code int shm_unlink(const char *name);} */
    public static int shm_unlink(ErrnoState state, MemorySegment name) {
        return (int) SHM_UNLINK.call(state, address(name));
    }
}
