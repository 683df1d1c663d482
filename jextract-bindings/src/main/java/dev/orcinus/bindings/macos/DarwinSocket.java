package dev.orcinus.bindings.macos;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/socket.h>}. */
public final class DarwinSocket {
    /** IPv6. */
    public static final int AF_INET6 = 30;

    /** The socket level of options. */
    public static final int SOL_SOCKET = 0xffff;

    /** Bind an address that was in use a moment ago. */
    public static final int SO_REUSEADDR = 4;

    /** The socket's type. */
    public static final int SO_TYPE = 0x1008;

    /** Writing to a peer that has gone raises no SIGPIPE. */
    public static final int SO_NOSIGPIPE = 0x1022;

    /** Do not wait. */
    public static final int MSG_DONTWAIT = 0x80;

    private static final CFunction ACCEPT = CFunction.named("accept");

    private DarwinSocket() {}

    /** Calls {@code int accept(int fd, struct sockaddr *addr, socklen_t *len);} */
    public static int accept(ErrnoState state, int fd, MemorySegment addr, MemorySegment len) {
        return (int) ACCEPT.call(state, fd, address(addr), address(len));
    }
}
