package dev.orcinus.loader.link;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The requests to link the objects that define some symbols, or all objects of some dylibs. Each
 * request is one batch. It holds the session's lock from the first table access until its objects
 * are in place.
 */
final class LinkRequests {
    private final ReentrantLock lock;
    private final BatchLinker linker;
    private final boolean keepsUnneeded;
    private final Runnable requirement;

    /**
     * Makes the requests of one session.
     *
     * @param lock the session's lock
     * @param keepsUnneeded whether everything that an object exports is kept
     * @param requirement throws if the link is for nobody
     */
    LinkRequests(
            ReentrantLock lock, BatchLinker linker, boolean keepsUnneeded, Runnable requirement) {
        this.lock = lock;
        this.linker = linker;
        this.keepsUnneeded = keepsUnneeded;
        this.requirement = requirement;
    }

    /**
     * Takes a step that links and does nothing if symbols are missing. If the supplements of the
     * dylibs have them, the step is taken again. Whoever holds the session's lock calls this before
     * it takes the lock; with the lock, the step is taken once.
     */
    <T> T supplemented(Collection<Dylib> dylibs, Supplier<T> step) {
        try {
            return step.get();
        } catch (UnresolvedSymbolsException e) {
            if (lock.isHeldByCurrentThread() || !isSupplied(dylibs, e)) {
                throw e;
            }
        }
        return step.get();
    }

    /** What prevents a supplement from being added is suppressed in the exception. */
    private boolean isSupplied(Collection<Dylib> dylibs, UnresolvedSymbolsException e) {
        if (e.requesters().containsValue(List.of(LinkBatch.CALLER))) {
            return false; // it does not help to supply the others
        }
        boolean isSupplied = false;
        for (Supplement supplement : supplements(dylibs)) {
            try {
                isSupplied |= supplement.addFor(e.requesters().keySet());
            } catch (IOException | RuntimeException reason) {
                e.addSuppressed(reason);
            }
        }
        return isSupplied;
    }

    private List<Supplement> supplements(Collection<Dylib> dylibs) {
        lock.lock();
        try {
            return dylibs.stream()
                    .flatMap(dylib -> dylib.withDependencies(_ -> true).stream())
                    .distinct()
                    .map(Dylib::supplement)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Links the objects that some symbols need, and returns the addresses of these symbols. */
    Map<String, ExecutorAddress> lookup(Dylib dylib, List<String> names) {
        return supplemented(List.of(dylib), () -> lookUp(dylib, names));
    }

    private Map<String, ExecutorAddress> lookUp(Dylib dylib, List<String> names) {
        lock.lock();
        try {
            dylib.requireOpen();
            LinkBatch batch = new LinkBatch(keepsUnneeded, requirement);
            names.forEach(name -> batch.request(dylib, name));
            linker.link(batch);
            Map<String, ExecutorAddress> found = new HashMap<>(batch.answers());
            for (String name : names) {
                if (!found.containsKey(name)) {
                    found.put(name, address(name, dylib.resolveAdded(name).orElseThrow()));
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private static ExecutorAddress address(String name, Definition definition) {
        if (definition.isThreadLocal()) {
            throw new UnsupportedObjectException(
                    definition.owner(),
                    "'"
                            + name
                            + "' is thread-local: it has a different address in each thread. Call a"
                            + " function that returns its address");
        }
        return definition.address();
    }

    /** Links the objects that a symbol needs, and returns its address and its object. */
    LinkSession.Found find(Dylib dylib, String name) {
        return supplemented(List.of(dylib), () -> findHere(dylib, name));
    }

    private LinkSession.Found findHere(Dylib dylib, String name) {
        lock.lock();
        try {
            ExecutorAddress address = lookUp(dylib, List.of(name)).get(name);
            Optional<Definition> definition = dylib.resolveAdded(name);
            return new LinkSession.Found(address, definition.flatMap(Definition::lifetime));
        } finally {
            lock.unlock();
        }
    }

    /** Does what {@link #find} does, but returns nothing if the symbol is not defined. */
    Optional<LinkSession.Found> findIfDefined(Dylib dylib, String name) {
        try {
            return Optional.of(find(dylib, name));
        } catch (UnresolvedSymbolsException e) {
            if (e.requesters().equals(Map.of(name, List.of(LinkBatch.CALLER)))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Returns whether an object of a dylib, or of a dylib that it is linked against, defines a
     * symbol. If an archive's member defines it, the member is added.
     */
    boolean isOfObject(Dylib dylib, String name) {
        lock.lock();
        try {
            dylib.requireOpen();
            return dylib.resolve(name).filter(d -> !d.isAbsolute()).isPresent();
        } finally {
            lock.unlock();
        }
    }

    /** Links all objects of some dylibs, and the objects that these need. */
    void linkAll(Collection<Dylib> dylibs) {
        supplemented(
                dylibs,
                () -> {
                    linkAllHere(dylibs);
                    return dylibs;
                });
    }

    private void linkAllHere(Collection<Dylib> dylibs) {
        lock.lock();
        try {
            LinkBatch batch = new LinkBatch(keepsUnneeded, requirement);
            for (Dylib dylib : dylibs) {
                dylib.requireOpen();
                batch.requestAll(dylib);
            }
            linker.link(batch);
        } finally {
            lock.unlock();
        }
    }
}
