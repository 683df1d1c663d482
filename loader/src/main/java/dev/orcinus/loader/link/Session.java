package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.pass.EhFrames;
import dev.orcinus.loader.pass.IndirectFunctions;
import dev.orcinus.loader.pass.SectionBounds;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Dylibs that share one target. For many threads; one lock guards tables and linking, and no
 * initializer or other code of an object's own runs under it, except its finalize actions.
 */
public final class Session {
    private final LinkTarget target;
    private final SessionOptions options;
    private final Architecture architecture;
    private final ReentrantLock lock = new ReentrantLock();
    private Placement placement;

    /** A session without dylibs. */
    public Session(LinkTarget target, SessionOptions options) throws UnsupportedObjectException {
        this.target = target;
        this.options = options;
        this.architecture = architecture(target);
    }

    private static Architecture architecture(LinkTarget target)
            throws UnsupportedObjectException {
        return switch (target.triple().arch()) {
            case "x86_64" -> new X64();
            default ->
                    throw new UnsupportedObjectException(
                            target.triple().text(), "no code is linked for this target");
        };
    }

    /** The process that code is loaded into. */
    public LinkTarget target() {
        return target;
    }

    /** Makes a dylib. */
    public Dylib createDylib(String name) {
        Dylib dylib = new Dylib(name);
        dylib.setSupport(new DylibSupport(architecture));
        return dylib;
    }

    /** Lets {@code dylib} look for symbols in {@code other}, after its own. */
    public void link(Dylib dylib, Dylib other) {
        locked(() -> dylib.linkOrder().add(other));
    }

    /** Lets a dylib find symbols outside. */
    public void addSource(Dylib dylib, SymbolSource source) {
        locked(() -> dylib.symbolSources().add(source));
    }

    /** Lets a dylib take objects as it needs them. */
    public void addObjects(Dylib dylib, ObjectSource source) {
        locked(() -> dylib.objectSources().add(prepared(source)));
    }

    private ObjectSource prepared(ObjectSource source) {
        return symbol -> {
            java.util.Optional<LinkGraph> graph = source.take(symbol);
            if (graph.isPresent()) {
                prepare(graph.get());
            }
            return graph;
        };
    }

    /** Defines a symbol at an address. */
    public void define(Dylib dylib, String symbol, ExecutorAddress address) throws LinkException {
        lock.lock();
        try {
            dylib.define(symbol, address);
        } finally {
            lock.unlock();
        }
    }

    /** Adds an object, which is linked when somebody needs it. */
    public void add(Dylib dylib, LinkGraph graph) throws LinkException {
        prepare(graph);
        lock.lock();
        try {
            dylib.add(graph);
        } finally {
            lock.unlock();
        }
    }

    private void prepare(LinkGraph graph) throws LinkException {
        if (!graph.architecture().equals(architecture.name())) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "code for " + graph.architecture() + "; the target runs " + target.triple());
        }
        EhFrames.split(graph, architecture);
        IndirectFunctions.addStubs(graph, architecture);
        SectionBounds.define(graph);
    }

    /**
     * Links what is needed for some symbols.
     *
     * @return their addresses
     */
    public Map<String, ExecutorAddress> lookup(Dylib dylib, List<String> names)
            throws LinkException {
        lock.lock();
        try {
            LinkBatch batch = new LinkBatch(!options.stripsUnrequested());
            names.forEach(name -> batch.request(dylib, name));
            link(batch);
            Map<String, ExecutorAddress> found = new HashMap<>(batch.answers());
            for (String name : names) {
                if (!found.containsKey(name)) {
                    found.put(name, dylib.resolve(name).orElseThrow().address());
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    /** Links all objects of a dylib, and what they need. */
    public void linkAll(Dylib dylib) throws LinkException {
        lock.lock();
        try {
            LinkBatch batch = new LinkBatch(!options.stripsUnrequested());
            for (Unit unit : List.copyOf(dylib.units())) {
                if (unit.state() != Unit.State.FAILED) {
                    batch.include(unit);
                }
            }
            link(batch);
        } finally {
            lock.unlock();
        }
    }

    private void link(LinkBatch batch) throws LinkException {
        batch.resolve();
        if (batch.units().isEmpty()) {
            return;
        }
        List<UnitLink> links = new ArrayList<>(batch.units().size());
        try {
            for (Unit unit : batch.units()) {
                links.add(new UnitLink(unit, batch, placement()));
            }
            for (UnitLink link : links) {
                link.lower(architecture);
            }
            for (UnitLink link : links) {
                link.place();
            }
            for (UnitLink link : links) {
                link.finish(target, architecture);
            }
            for (UnitLink link : links) {
                link.complete();
            }
        } catch (LinkException | RuntimeException failure) {
            undo(links, failure);
            throw failure;
        }
    }

    private void undo(List<UnitLink> links, Exception failure) {
        for (UnitLink link : links.reversed()) {
            try {
                link.undo(target);
            } catch (TargetException e) {
                failure.addSuppressed(e);
            }
        }
    }

    private Placement placement() throws TargetException {
        if (placement == null) {
            placement =
                    target.sharesReservations()
                            ? Slab.reserve(target, options.slabBytes())
                            : new OwnReservations(target);
        }
        return placement;
    }

    /** Removes objects, the last first: their dealloc actions run and their memory goes. */
    void remove(List<Unit> units) throws TargetException {
        lock.lock();
        try {
            List<ExecutorAddress> keys = new ArrayList<>();
            for (Unit unit : units) {
                if (unit.state() == Unit.State.LINKED && !unit.key().isNull()) {
                    keys.add(unit.key());
                }
            }
            try {
                if (!keys.isEmpty()) {
                    target.deallocate(keys);
                }
            } finally {
                for (Unit unit : units) {
                    forget(unit);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(Unit unit) throws TargetException {
        if (!unit.rooms().isEmpty()) {
            placement.giveBack(unit.rooms(), true);
            unit.rooms().clear();
        }
        unit.dylib().remove(unit);
        unit.become(Unit.State.REMOVED);
    }

    /**
     * Links all objects of a dylib and of those that it is linked against, and runs the initializers
     * that have not run yet: dependencies first, then by priority, then in the order of adding. They
     * run on this thread.
     */
    public void initialize(Dylib dylib) throws LinkException {
        initialize(dylib, new HashSet<>());
    }

    private void initialize(Dylib dylib, Set<Dylib> seen) throws LinkException {
        if (!seen.add(dylib)) {
            return;
        }
        for (Dylib dependency : List.copyOf(dylib.linkOrder())) {
            initialize(dependency, seen);
        }
        linkAll(dylib);
        for (ExecutorAddress function : takeInitializers(dylib)) {
            target.call(function);
        }
    }

    private List<ExecutorAddress> takeInitializers(Dylib dylib) {
        lock.lock();
        try {
            List<Unit.RecordedInitializer> due = new ArrayList<>();
            for (Unit unit : dylib.units()) {
                if (unit.state() == Unit.State.LINKED && !unit.isInitialized()) {
                    unit.setInitialized();
                    due.addAll(unit.initializers());
                }
            }
            return Initializers.onOpen(due);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends a dylib: runs what it has registered with {@code atexit} and {@code __cxa_atexit}, then
     * its finalizers, and removes its objects. Does nothing the second time.
     */
    public void close(Dylib dylib) throws LinkException {
        List<Unit> units;
        List<ExecutorAddress> functions = new ArrayList<>();
        lock.lock();
        try {
            units = List.copyOf(dylib.units());
            dylib.support().flatMap(DylibSupport::finalizer).ifPresent(functions::add);
            List<Unit.RecordedInitializer> run = new ArrayList<>();
            units.stream().filter(Unit::isInitialized).forEach(u -> run.addAll(u.initializers()));
            functions.addAll(Initializers.onClose(run));
        } finally {
            lock.unlock();
        }
        try {
            for (ExecutorAddress function : functions) {
                target.call(function);
            }
        } finally {
            remove(units);
        }
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
        } finally {
            lock.unlock();
        }
    }
}
