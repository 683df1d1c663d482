package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Thread-local storage whose blocks have numbers from 100 on; closing 101 fails, and what else a
 * test wants to fail.
 */
public final class FakeThreadLocals implements GuestThreadLocals {
    private final List<Long> closed = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();
    private final Set<Long> unclosable = new HashSet<>(Set.of(101L));
    private long place;
    private boolean isFull;

    /** Storage without blocks. */
    public FakeThreadLocals() {}

    /** Returns the numbers of the blocks that have been closed. */
    public List<Long> closed() {
        return closed;
    }

    /** Makes closing a block fail. */
    public void failToClose(long number) {
        unclosable.add(number);
    }

    /** Gives blocks another place in the storage of a thread from now on. */
    public void openElsewhere() {
        place += 8;
    }

    /** Makes opening blocks fail from now on. */
    public void failToOpen() {
        isFull = true;
    }

    /** Returns the requests to open blocks. */
    public List<Request> requests() {
        return requests;
    }

    @Override
    public Block open(Request request) throws HostCallException {
        if (isFull) {
            throw new HostCallException("dlopen", 0, "no more");
        }
        requests.add(request);
        ExecutorAddress handle = new ExecutorAddress(99 + requests.size());
        return new Block(handle, 7, place, List.of(), List.of());
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        closed.add(handle.value());
        if (unclosable.contains(handle.value())) {
            throw new HostCallException("dlclose", 0, "no");
        }
    }

    @Override
    public Optional<ExecutorAddress> find(String name) {
        return Optional.empty();
    }

    @Override
    public void tidyEnvironment() {}
}
