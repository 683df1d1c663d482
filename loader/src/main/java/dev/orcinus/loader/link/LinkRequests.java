package dev.orcinus.loader.link;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What callers ask to be linked: the objects behind some symbols, or all objects of some dylibs.
 * Each request is one batch, and holds the session's lock from its first look at a table until its
 * objects are in place.
 */
final class LinkRequests {
    private final ReentrantLock lock;
    private final BatchLinker linker;
    private final boolean keepsUnneeded;

    /**
     * Requests of one session.
     *
     * @param lock the session's
     * @param keepsUnneeded whether everything that an object exports is kept
     */
    LinkRequests(ReentrantLock lock, BatchLinker linker, boolean keepsUnneeded) {
        this.lock = lock;
        this.linker = linker;
        this.keepsUnneeded = keepsUnneeded;
    }

    /** Links what is needed for some symbols, and returns their addresses. */
    Map<String, ExecutorAddress> lookup(Dylib dylib, List<String> names) {
        lock.lock();
        try {
            dylib.requireOpen();
            LinkBatch batch = new LinkBatch(keepsUnneeded);
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
                            + "' is thread-local: it is somewhere else for each thread. Call a"
                            + " function that returns its address");
        }
        return definition.address();
    }

    /** Links what is needed for a symbol, and returns where it is, and of which object. */
    LinkSession.Found find(Dylib dylib, String name) {
        lock.lock();
        try {
            ExecutorAddress address = lookup(dylib, List.of(name)).get(name);
            Optional<Definition> definition = dylib.resolveAdded(name);
            return new LinkSession.Found(address, definition.flatMap(Definition::lifetime));
        } finally {
            lock.unlock();
        }
    }

    /** The same, but none if nobody defines the symbol. */
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
     * Whether an object of a dylib, or of one that it is linked against, defines a symbol. An
     * archive's member that does is added.
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

    /** Links all objects of some dylibs, and what they need. */
    void linkAll(Collection<Dylib> dylibs) {
        lock.lock();
        try {
            LinkBatch batch = new LinkBatch(keepsUnneeded);
            for (Dylib dylib : dylibs) {
                dylib.requireOpen();
                for (Unit unit : List.copyOf(dylib.unlinked())) {
                    batch.include(unit);
                }
            }
            linker.link(batch);
        } finally {
            lock.unlock();
        }
    }
}
