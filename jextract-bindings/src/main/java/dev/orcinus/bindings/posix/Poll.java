package dev.orcinus.bindings.posix;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <poll.h>}. */
public final class Poll {
    /** There is something to read. */
    public static final int POLLIN = 1;

    /** There is room to write. */
    public static final int POLLOUT = 4;

    private static final CFunction POLL = CFunction.named("poll");

    private Poll() {}

    /** Calls {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout);} */
    public static int poll(ErrnoState state, MemorySegment fds, long nfds, int timeout) {
        return (int) POLL.call(state, address(fds), nfds, timeout);
    }

    /** Offsets in {@code struct pollfd}. */
    public static final class Pollfd {
        /** The C type. */
        public static final String C_TYPE = "struct pollfd";

        /** Its size in bytes. */
        public static final long SIZEOF = 8;

        /** The descriptor; a negative one is ignored. */
        public static final long FD = 0;

        /** Events asked for, 16 bits. */
        public static final long EVENTS = 4;

        /** Events that are there, 16 bits. */
        public static final long REVENTS = 6;

        private Pollfd() {}
    }
}
