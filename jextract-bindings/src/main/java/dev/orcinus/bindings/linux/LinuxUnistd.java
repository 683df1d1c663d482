package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <unistd.h>}, where it is Linux's alone. */
public final class LinuxUnistd {
    private static final CFunction SYSCALL = CFunction.named("syscall");
    private static final CFunction PIPE2 = CFunction.named("pipe2");

    private LinuxUnistd() {}

    /** Calls {@code int pipe2(int *pipedes, int flags);} */
    public static int pipe2(ErrnoState state, MemorySegment pipedes, int flags) {
        return (int) PIPE2.call(state, address(pipedes), flags);
    }

    /**
     * Calls {@code long syscall(long sysno, ...);}
     *
     * @param sysno the number of the system call, which depends on the processor
     */
    public static long syscall(
            ErrnoState state, long sysno, long a, long b, long c, long d, long e) {
        return SYSCALL.call(state, sysno, a, b, c, d, e);
    }
}
