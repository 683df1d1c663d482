package dev.orcinus.bindings.linux;

import static dev.orcinus.bindings.foreign.NativeMemory.address;

import dev.orcinus.bindings.foreign.CFunction;
import dev.orcinus.bindings.foreign.ErrnoState;
import java.lang.foreign.MemorySegment;

/** {@code <sys/epoll.h>}. */
public final class SysEpoll {
    /** Close the descriptor on exec. */
    public static final int EPOLL_CLOEXEC = 0x80000;

    /** Add a descriptor. */
    public static final int EPOLL_CTL_ADD = 1;

    /** Remove a descriptor. */
    public static final int EPOLL_CTL_DEL = 2;

    /** Change the events of a descriptor. */
    public static final int EPOLL_CTL_MOD = 3;

    /** There is something to read. */
    public static final int EPOLLIN = 1;

    /** The peer of a socket writes no more. */
    public static final int EPOLLRDHUP = 0x2000;

    /** Tell an event once. */
    public static final int EPOLLONESHOT = 0x40000000;

    private static final CFunction EPOLL_CREATE1 = CFunction.named("epoll_create1");
    private static final CFunction EPOLL_CTL = CFunction.named("epoll_ctl");
    private static final CFunction EPOLL_WAIT = CFunction.named("epoll_wait");

    private SysEpoll() {}

    /** Calls {@code int epoll_create1(int flags);} */
    public static int epoll_create1(ErrnoState state, int flags) {
        return (int) EPOLL_CREATE1.call(state, flags);
    }

    /** Calls {@code int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);} */
    public static int epoll_ctl(ErrnoState state, int epfd, int op, int fd, MemorySegment event) {
        return (int) EPOLL_CTL.call(state, epfd, op, fd, address(event));
    }

    /**
     * Calls {@code int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int
     * timeout);}
     */
    public static int epoll_wait(
            ErrnoState state, int epfd, MemorySegment events, int maxevents, int timeout) {
        return (int) EPOLL_WAIT.call(state, epfd, address(events), maxevents, timeout);
    }

    /**
     * Offsets in {@code struct epoll_event}. Its other member lies elsewhere on each processor, and
     * its size differs.
     */
    public static final class EpollEvent {
        /** The C type. */
        public static final String C_TYPE = "struct epoll_event";

        /** Events that are asked for, or are there, 32 bits. */
        public static final long EVENTS = 0;

        private EpollEvent() {}
    }
}
