package dev.orcinus.runtime.threadlocals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.runtime.GuestBooks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The blocks of thread-local storage that one session has open. Several objects may own a block
 * together, each by a handle of its own; it is closed when the last handle is closed. Blocks that
 * are still open are closed with the session. Many threads may use it; this object's lock guards
 * it.
 */
public final class ThreadLocalBlocks implements GuestBooks {
    private final GuestThreadLocals host;
    private final Map<ExecutorAddress, Shared> open = new LinkedHashMap<>();
    private final List<Kept> since = new ArrayList<>();
    private long handles;

    /** A block that a controller has opened since the state that was noted last. */
    private record Kept(Request request, Block block, Shared shared) {}

    /** An open block, and the number of its open handles. */
    private static final class Shared {
        private ExecutorAddress block;
        private long owners;

        Shared(ExecutorAddress block, long owners) {
            this.block = block;
            this.owners = owners;
        }
    }

    /** A session's blocks. */
    public ThreadLocalBlocks(GuestThreadLocals host) {
        this.host = host;
    }

    /**
     * Opens a block.
     *
     * @param owners the number of handles: the first is the result's, the others are the next
     *     numbers
     * @throws HostCallException as {@link GuestThreadLocals#open}, and if a block that is imported
     *     from is not open in this session
     */
    public synchronized Block open(Request request, int owners) throws HostCallException {
        return add(openBlock(request), owners);
    }

    /**
     * Opens a block for a controller. If the guest returns to a state in which it was not open yet,
     * it is opened again, and has to be where it was, because linked code may refer to it.
     *
     * @param owners as {@link #open} takes it
     */
    public synchronized Block openKept(Request request, int owners) throws HostCallException {
        Block block = openBlock(request);
        Block result = add(block, owners);
        since.add(new Kept(request, block, open.get(result.handle())));
        return result;
    }

    private Block openBlock(Request request) throws HostCallException {
        List<Import> imports = new ArrayList<>(request.imports().size());
        for (Import wanted : request.imports()) {
            imports.add(wanted.block().isNull() ? wanted : translate(request, wanted));
        }
        return host.open(request.withImports(imports));
    }

    private Block add(Block block, int owners) {
        Shared shared = new Shared(block.handle(), owners);
        ExecutorAddress first = new ExecutorAddress(handles + 1);
        for (int i = 0; i < owners; i++) {
            open.put(new ExecutorAddress(++handles), shared);
        }
        return block.withHandle(first);
    }

    private Import translate(Request request, Import wanted) throws HostCallException {
        Shared shared = open.get(wanted.block());
        if (shared == null) {
            throw new HostCallException(
                    "dlopen(" + request.name() + ")",
                    0,
                    request.name()
                            + " imports from thread-local storage "
                            + wanted.block()
                            + ", which is not open");
        }
        return new Import(
                wanted.symbol(),
                shared.block,
                wanted.offset(),
                wanted.isStatic(),
                wanted.hasDescriptor());
    }

    /** Returns a step that makes the blocks what they are now, but for those that are kept. */
    @Override
    public synchronized Runnable state() {
        since.clear();
        Map<ExecutorAddress, Shared> known = new LinkedHashMap<>(open);
        Map<Shared, Long> owners = new HashMap<>();
        known.values().forEach(shared -> owners.put(shared, shared.owners));
        return () -> restore(known, owners);
    }

    private synchronized void restore(
            Map<ExecutorAddress, Shared> known, Map<Shared, Long> owners) {
        Map<ExecutorAddress, Shared> last = new LinkedHashMap<>(open);
        open.clear();
        open.putAll(known);
        owners.forEach((shared, count) -> shared.owners = count);
        for (Kept kept : List.copyOf(since)) {
            last.forEach((handle, shared) -> putBack(kept, handle, shared));
            if (open.containsValue(kept.shared)) {
                openAgain(kept);
            }
        }
    }

    private void putBack(Kept kept, ExecutorAddress handle, Shared shared) {
        if (shared.equals(kept.shared)) {
            open.put(handle, shared);
        }
    }

    private void openAgain(Kept kept) {
        Block again;
        try {
            again = openBlock(kept.request);
        } catch (HostCallException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
        kept.shared.block = again.handle();
        if (!again.withHandle(kept.block.handle()).equals(kept.block)) {
            throw new IllegalStateException(
                    "thread-local storage of "
                            + kept.request.name()
                            + ", which the controller has opened since, does not come back to its"
                            + " place");
        }
    }

    /** Returns whether a block is open. */
    public synchronized boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Returns whether a handle is open. */
    public synchronized boolean isOpen(ExecutorAddress handle) {
        return open.containsKey(handle);
    }

    /** Closes a handle; one that is not open is no error. */
    public synchronized void close(ExecutorAddress handle) throws HostCallException {
        Shared shared = open.remove(handle);
        if (shared != null && --shared.owners == 0) {
            host.close(shared.block);
        }
    }

    /**
     * Closes all blocks, the youngest first.
     *
     * @throws HostCallException the first failure, with the later ones suppressed in it
     */
    public synchronized void closeAll() throws HostCallException {
        HostCallException first = null;
        for (ExecutorAddress handle : List.copyOf(open.keySet()).reversed()) {
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
