package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/ioctl.h>}. */
public final class SysIoctl {
    private static final CFunction IOCTL = CFunction.named("ioctl");

    private SysIoctl() {}

    /**
     * Calls {@code int ioctl(int fd, unsigned long request, ...);}
     *
     * @param argument a pointer to what the request reads or writes
     */
    public static int ioctl(ErrnoState state, int fd, long request, MemorySegment argument) {
        return (int) IOCTL.call(state, fd, request, address(argument));
    }
}
