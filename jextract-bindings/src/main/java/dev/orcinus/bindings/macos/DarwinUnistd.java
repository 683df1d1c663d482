package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <unistd.h>}. */
public final class DarwinUnistd {
    private static final CFunction PIPE = CFunction.named("pipe");
    private static final CFunction GETPEEREID = CFunction.named("getpeereid");

    private DarwinUnistd() {}

    /** Calls {@code int pipe(int *ends);} */
    public static int pipe(ErrnoState state, MemorySegment ends) {
        return (int) PIPE.call(state, address(ends));
    }

    /** Calls {@code int getpeereid(int fd, uid_t *user, gid_t *group);} */
    public static int getpeereid(
            ErrnoState state, int fd, MemorySegment user, MemorySegment group) {
        return (int) GETPEEREID.call(state, fd, address(user), address(group));
    }
}
