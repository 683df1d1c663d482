package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.Poll.Pollfd.EVENTS;
import static dev.orcinus.bindings.posix.Poll.Pollfd.FD;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.Poll;
import dev.orcinus.bindings.posix.Poll.Pollfd;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/**
 * Waits for one descriptor, and for a second one that interrupts the wait. One thread at a time may
 * use it.
 */
final class Readiness {
    /** Stands for no interrupting descriptor. */
    static final int NO_DESCRIPTOR = -1;

    /** Waits without a limit. */
    static final int FOREVER = -1;

    private final MemorySegment pollfds;
    private final ErrnoState state;
    private final String name;
    private final DescriptorSystem system;

    /**
     * Prepares to wait.
     *
     * @param name stands for the descriptor in messages
     * @param events {@code POLLIN} or {@code POLLOUT}; errors and hang-ups end the wait, too
     * @param interrupt a descriptor that ends the wait when it can be read
     */
    Readiness(
            DescriptorSystem system, Arena arena, int fd, String name, int events, int interrupt) {
        this.system = system;
        this.name = name;
        state = new ErrnoState(arena);
        pollfds = arena.allocate(2 * Pollfd.SIZEOF, Integer.BYTES);
        set(0, fd, events);
        set(Pollfd.SIZEOF, interrupt, Poll.POLLIN);
    }

    private void set(long offset, int descriptor, int events) {
        pollfds.set(JAVA_INT, offset + FD, descriptor);
        pollfds.set(JAVA_SHORT, offset + EVENTS, (short) events);
    }

    /**
     * Waits until the descriptor is ready or the wait is interrupted.
     *
     * @param timeoutMillis at most this long; negative for ever
     * @return false if the time is over
     */
    boolean await(int timeoutMillis) throws HostCallException {
        long start = timeoutMillis > 0 ? System.nanoTime() : 0;
        int left = timeoutMillis;
        while (true) {
            int ready = Poll.poll(state, pollfds, 2, left);
            if (ready >= 0) {
                return ready > 0;
            }
            if (state.errno() != Errno.EINTR) {
                throw system.failed("poll(" + name + ")", state);
            }
            if (timeoutMillis > 0) {
                long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                left = (int) Math.max(0, timeoutMillis - waited);
            }
        }
    }
}
