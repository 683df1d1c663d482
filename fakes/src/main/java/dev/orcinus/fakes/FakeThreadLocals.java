package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Thread-local storage whose blocks have numbers from 100 on; closing 101 fails. */
public final class FakeThreadLocals implements GuestThreadLocals {
    private final List<Long> closed = new ArrayList<>();
    private final List<Request> requests = new ArrayList<>();

    /** Storage without blocks. */
    public FakeThreadLocals() {}

    /** Returns the numbers of the blocks that have been closed. */
    public List<Long> closed() {
        return closed;
    }

    /** Returns the requests to open blocks. */
    public List<Request> requests() {
        return requests;
    }

    @Override
    public Block open(Request request) {
        requests.add(request);
        ExecutorAddress handle = new ExecutorAddress(99 + requests.size());
        return new Block(handle, 7, 0, List.of(), List.of());
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        closed.add(handle.value());
        if (handle.value() == 101) {
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
