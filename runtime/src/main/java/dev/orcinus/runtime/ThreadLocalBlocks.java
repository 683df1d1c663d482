package dev.orcinus.runtime;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostThreadLocals;
import dev.orcinus.platform.spi.HostThreadLocals.Block;
import dev.orcinus.platform.spi.HostThreadLocals.Request;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The blocks of thread-local storage that one session has open: what nobody closes goes with the
 * session. For many threads; guarded by this object's lock.
 */
public final class ThreadLocalBlocks {
    private final HostThreadLocals host;
    private final Set<ExecutorAddress> open = new LinkedHashSet<>();

    /** A session's blocks. */
    public ThreadLocalBlocks(HostThreadLocals host) {
        this.host = host;
    }

    /**
     * Opens a block.
     *
     * @throws HostCallException as {@link HostThreadLocals#open}, and if a block that is imported
     *     from is not open in this session
     */
    public synchronized Block open(Request request) throws HostCallException {
        for (HostThreadLocals.Import wanted : request.imports()) {
            if (!wanted.block().isNull() && !open.contains(wanted.block())) {
                throw new HostCallException(
                        "dlopen(" + request.name() + ")",
                        0,
                        request.name()
                                + " imports from thread-local storage "
                                + wanted.block()
                                + ", which is not open");
            }
        }
        Block block = host.open(request);
        open.add(block.handle());
        return block;
    }

    /** Closes a block; one that is not open, or not this session's, is no error. */
    public synchronized void close(ExecutorAddress handle) throws HostCallException {
        if (open.remove(handle)) {
            host.close(handle);
        }
    }

    /**
     * Closes all blocks, the youngest first.
     *
     * @throws HostCallException the first failure, with the later ones suppressed in it
     */
    public synchronized void closeAll() throws HostCallException {
        HostCallException first = null;
        for (ExecutorAddress handle : List.copyOf(open).reversed()) {
            try {
                close(handle);
            } catch (HostCallException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
