package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.LinkingController;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Dylibs that share one target. For many threads; one lock guards tables and linking, and no
 * initializer or other code of an object's own runs under it, except its finalize actions. What is
 * run when dylibs are opened and closed is the runtime's business, see {@link DylibLives}.
 */
public final class Session {
    private final LinkTarget target;
    private final GraphFormat format;
    private final SessionOptions options;
    private final LinkObserver observer;
    private final Architecture architecture;
    private final PhaseClock clock = new PhaseClock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Placements placements;
    private final DylibLives lives;
    private final AtomicLong handles = new AtomicLong();

    /**
     * A session without dylibs.
     *
     * @param format of the objects that the target takes
     */
    public Session(LinkTarget target, GraphFormat format, SessionOptions options)
            throws UnsupportedObjectException {
        this(target, format, options, LinkObserver.NONE);
    }

    /** A session without dylibs, whose work somebody looks at. */
    public Session(
            LinkTarget target, GraphFormat format, SessionOptions options, LinkObserver observer)
            throws UnsupportedObjectException {
        this.target = target;
        this.format = format;
        this.options = options;
        this.observer = observer;
        this.architecture = architecture(target);
        this.placements = new Placements(target, architecture, options.slabBytes());
        this.lives = new DylibLives(target, clock, new RuntimeLinking());
    }

    private static Architecture architecture(LinkTarget target) throws UnsupportedObjectException {
        return switch (target.triple().arch()) {
            case "x86_64" -> new X64();
            case "aarch64" -> new AArch64();
            default ->
                    throw new UnsupportedObjectException(
                            target.triple().text(), "no code is linked for this target");
        };
    }

    /** How long linking has taken. */
    public PhaseClock clock() {
        return clock;
    }

    /** The process that code is loaded into. */
    public LinkTarget target() {
        return target;
    }

    /** Makes a dylib. */
    public Dylib createDylib(String name) {
        Dylib dylib = new Dylib(name, new ExecutorAddress(handles.incrementAndGet()));
        dylib.setSupport(new DylibSupport(format, architecture));
        addObjects(dylib, new CompilerFunctions(format, architecture));
        lives.add(dylib);
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
    public LazyObjects addObjects(Dylib dylib, ObjectSource source) {
        LazyObjects objects = new LazyObjects(dylib, source, this::prepared);
        locked(() -> dylib.objectSources().add(objects));
        return objects;
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
    public Unit add(Dylib dylib, GraphReader reader) throws LinkException {
        LinkGraph graph = clock.get(LinkPhase.READ, () -> prepared(reader.read()));
        lock.lock();
        try {
            return dylib.add(graph);
        } finally {
            lock.unlock();
        }
    }

    /** Adds objects; if one cannot be added, none is. */
    public List<Unit> addAll(Dylib dylib, List<GraphReader> readers) throws LinkException {
        List<LinkGraph> graphs = new ArrayList<>(readers.size());
        for (GraphReader reader : readers) {
            graphs.add(reader.read());
        }
        List<Unit> added = new ArrayList<>(graphs.size());
        try {
            for (LinkGraph graph : graphs) {
                added.add(add(dylib, () -> graph));
            }
            return added;
        } catch (LinkException | RuntimeException e) {
            remove(added);
            throw e;
        }
    }

    /** Reads an object. */
    @FunctionalInterface
    public interface GraphReader {
        /** Its graph. */
        LinkGraph read() throws LinkException;
    }

    private LinkGraph prepared(LinkGraph graph) throws LinkException {
        if (!graph.architecture().equals(architecture.name())) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "code for " + graph.architecture() + "; the target runs " + target.triple());
        }
        if (!graph.format().name().equals(format.name())) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "an object of the format %s; the target takes %s"
                            .formatted(graph.format().name(), format.name()));
        }
        observer.after(LinkObserver.Step.READ, graph);
        graph.format().prepare(graph);
        observer.after(LinkObserver.Step.PREPARED, graph);
        return graph;
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
                    found.put(name, address(name, dylib.resolveAdded(name).orElseThrow()));
                }
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    private static ExecutorAddress address(String name, Definition definition)
            throws UnsupportedObjectException {
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

    /**
     * Links what is needed for a symbol.
     *
     * @return where it is, and of which object
     */
    public Found find(Dylib dylib, String name) throws LinkException {
        lock.lock();
        try {
            ExecutorAddress address = lookup(dylib, List.of(name)).get(name);
            Optional<Definition> definition = dylib.resolveAdded(name);
            return new Found(address, definition.map(Definition::unit));
        } finally {
            lock.unlock();
        }
    }

    /**
     * A symbol in place.
     *
     * @param address where it is
     * @param unit the object that defines it; none if it is from outside
     */
    public record Found(ExecutorAddress address, Optional<Unit> unit) {}

    /** Links all objects of a dylib, and what they need. */
    public void linkAll(Dylib dylib) throws LinkException {
        linkAll(List.of(dylib));
    }

    private void linkAll(Collection<Dylib> dylibs) throws LinkException {
        lock.lock();
        try {
            LinkBatch batch = new LinkBatch(!options.stripsUnrequested());
            for (Dylib dylib : dylibs) {
                for (Unit unit : List.copyOf(dylib.unlinked())) {
                    batch.include(unit);
                }
            }
            link(batch);
        } finally {
            lock.unlock();
        }
    }

    /** What the runtime asks for. */
    private final class RuntimeLinking implements DylibLives.Linking {
        @Override
        public List<LinkingController.Links> linkAndRecord(Dylib dylib) throws LinkException {
            lock.lock();
            try {
                Set<Dylib> all = withLinkOrder(dylib);
                linkAll(all);
                all.forEach(d -> d.takeUnrecorded().forEach(lives::record));
                return all.stream().map(Session::links).toList();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public ExecutorAddress lookup(Dylib dylib, String symbol) throws LinkException {
            return Session.this.lookup(dylib, List.of(symbol)).get(symbol);
        }

        @Override
        public Optional<ExecutorAddress> atExitRunner(Dylib dylib) {
            lock.lock();
            try {
                return dylib.support().flatMap(support -> support.finalizer(dylib.units()));
            } finally {
                lock.unlock();
            }
        }
    }

    /** A dylib and all that it is linked against, directly or not, but for what is closed. */
    private Set<Dylib> withLinkOrder(Dylib root) {
        Set<Dylib> all = new LinkedHashSet<>();
        Deque<Dylib> left = new ArrayDeque<>(List.of(root));
        for (Dylib dylib = left.poll(); dylib != null; dylib = left.poll()) {
            if (lives.isKnown(dylib) && all.add(dylib)) {
                left.addAll(dylib.linkOrder());
            }
        }
        return all;
    }

    private static LinkingController.Links links(Dylib dylib) {
        return new LinkingController.Links(
                dylib.handle(), dylib.linkOrder().stream().map(Dylib::handle).toList());
    }

    private void link(LinkBatch batch) throws LinkException {
        clock.time(LinkPhase.RESOLVE, batch::resolve);
        if (batch.units().isEmpty()) {
            return;
        }
        List<UnitLink> links = new ArrayList<>(batch.units().size());
        Placement placement = placementOf(batch);
        try {
            for (Unit unit : batch.units()) {
                links.add(new UnitLink(unit, batch, placement));
            }
            forAll(LinkPhase.LOWER, links, UnitLink::prune);
            observe(LinkObserver.Step.PRUNED, links);
            forAll(LinkPhase.LOWER, links, link -> link.lower(architecture));
            observe(LinkObserver.Step.LOWERED, links);
            forAll(LinkPhase.PLACE, links, UnitLink::place);
            observe(LinkObserver.Step.LAID_OUT, links);
            links.forEach(UnitLink::resolve);
            clock.time(LinkPhase.FIX_UP, () -> BatchThreadLocals.open(batch, target, architecture));
            clock.time(LinkPhase.FIX_UP, () -> finish(links));
            observe(LinkObserver.Step.FIXED_UP, links);
            forAll(LinkPhase.FINALIZE, links, UnitLink::complete);
            forAll(LinkPhase.FINALIZE, links, link -> link.show(target));
            links.forEach(UnitLink::commit);
        } catch (LinkException | RuntimeException failure) {
            undo(links, failure);
            throw failure;
        }
    }

    /** Resolvers of indirect functions may call other objects, so they run when all are there. */
    private void finish(List<UnitLink> links) throws LinkException {
        List<UnitLink> filled = links.stream().filter(link -> !link.isEmpty()).toList();
        List<Symbol> actions =
                filled.stream().map(UnitLink::finalizeActions).flatMap(List::stream).toList();
        for (UnitLink link : filled) {
            boolean isLast = link == filled.getLast();
            if (isLast && !actions.isEmpty()) {
                complete(filled.subList(0, filled.size() - 1));
            }
            link.finish(target, architecture, isLast ? actions : List.of());
        }
    }

    private static void complete(List<UnitLink> links) throws TargetException {
        for (UnitLink link : links) {
            link.complete();
        }
    }

    private Placement placementOf(LinkBatch batch) throws TargetException {
        try {
            return placements.of(batch);
        } catch (TargetException e) {
            batch.units().forEach(Unit::startOver);
            throw e;
        }
    }

    @FunctionalInterface
    private interface Step {
        void run(UnitLink link) throws LinkException;
    }

    private void forAll(LinkPhase phase, List<UnitLink> links, Step step) throws LinkException {
        clock.time(
                phase,
                () -> {
                    for (UnitLink link : links) {
                        step.run(link);
                    }
                });
    }

    private void observe(LinkObserver.Step step, List<UnitLink> links) {
        for (UnitLink link : links) {
            observer.after(step, link.unit().graph());
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

    /** Runs the finalizers of an object and removes it. Does nothing the second time. */
    public void remove(Unit unit) throws LinkException {
        requireRemovable(unit);
        try {
            lives.retire(unit);
        } finally {
            remove(List.of(unit));
        }
    }

    private void requireRemovable(Unit unit) {
        lock.lock();
        try {
            requireNoThreadDestructors(unit);
            if (unit.isRecorded() && lives.isInitialized(unit.dylib())) {
                requireNoAtExits(unit);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void requireNoThreadDestructors(Unit unit) {
        if (DylibSupport.hasThreadDestructors(unit.graph()) && unit.state() == Unit.State.LINKED) {
            throw new IllegalStateException(
                    unit.name()
                            + " has thread-local variables with destructors, which threads may"
                            + " have registered; it goes when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    private static void requireNoAtExits(Unit unit) {
        if (DylibSupport.isUsedBy(unit.graph())) {
            throw new IllegalStateException(
                    unit.name()
                            + " may have functions registered to be called at exit; it goes"
                            + " when its dylib "
                            + unit.dylib().name()
                            + " is closed");
        }
    }

    /** Removes an object source and the objects that have come of it. */
    public void remove(LazyObjects objects) throws LinkException {
        locked(() -> objects.dylib().objectSources().remove(objects));
        removeAll(objects.units());
    }

    /**
     * Runs the finalizers of objects and removes them, the last first. One that cannot be removed
     * does not keep the others.
     *
     * @throws LinkException the first failure, with the later ones suppressed in it
     */
    public void removeAll(List<Unit> units) throws LinkException {
        Exception first = null;
        for (Unit unit : List.copyOf(units).reversed()) {
            try {
                remove(unit);
            } catch (LinkException | RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        switch (first) {
            case null -> {}
            case LinkException e -> throw e;
            case Exception e -> throw (RuntimeException) e;
        }
    }

    /** Removes objects, the last first: their dealloc actions run and their memory goes. */
    void remove(List<Unit> units) throws TargetException {
        lock.lock();
        try {
            List<ExecutorAddress> keys = new ArrayList<>();
            units.forEach(Unit::end);
            for (Unit unit : units) {
                unit.endObserved();
            }
            for (Unit unit : units) {
                if (unit.state() == Unit.State.LINKED && !unit.key().isNull()) {
                    keys.add(unit.key());
                }
            }
            try {
                if (!keys.isEmpty() && target.isAlive()) {
                    target.deallocate(keys);
                }
                if (target.isAlive()) {
                    closeBareThreadLocals(units);
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

    /** Objects without code or data have no allocation that closes their thread-local storage. */
    private void closeBareThreadLocals(List<Unit> units) throws TargetException {
        for (Unit unit : units) {
            if (unit.key().isNull() && unit.threadLocals().isOpen()) {
                target.closeThreadLocals(unit.threadLocals().handle());
            }
        }
    }

    private void forget(Unit unit) throws TargetException {
        if (!unit.rooms().isEmpty()) {
            unit.placement().giveBack(unit.rooms(), true);
            unit.rooms().clear();
        }
        lives.forget(unit);
        unit.dylib().remove(unit);
        unit.become(Unit.State.REMOVED);
    }

    /**
     * Links all objects of a dylib and of those that it is linked against, and runs the
     * initializers that have not run yet: dependencies first, then by priority, then in the order
     * of adding. They run on this thread.
     */
    public void initialize(Dylib dylib) throws LinkException {
        lives.initialize(dylib);
    }

    /**
     * Runs what a dylib has registered with {@code atexit} and {@code __cxa_atexit}, then its
     * finalizers, then the same for what nobody needs any more. Does nothing if it is not
     * initialized.
     */
    public void deinitialize(Dylib dylib) throws LinkException {
        lives.deinitialize(dylib);
    }

    /** The process ends: runs at-exit functions and finalizers of all that is initialized. */
    public void runAllFinalizers() {
        lives.runAllFinalizers();
    }

    private void runThreadDestructors(Dylib dylib) throws TargetException {
        if (!target.isAlive()) {
            return;
        }
        Optional<ExecutorAddress> function;
        lock.lock();
        try {
            function = dylib.support().flatMap(s -> s.threadFinalizer(dylib.units()));
        } finally {
            lock.unlock();
        }
        if (function.isPresent()) {
            target.call(function.get());
        }
    }

    /**
     * Requires that a dylib can be closed.
     *
     * @throws IllegalStateException if code that runs on its opening or closing asks for it
     */
    public void requireClosable(Dylib dylib) {
        lives.requireNotAtWork(dylib);
    }

    /** What follows in any case. */
    @FunctionalInterface
    private interface Ending extends AutoCloseable {
        @Override
        void close() throws LinkException;
    }

    /**
     * Ends a dylib: runs the destructors of thread-locals that the ends of threads have not run,
     * its finalizers, and removes its objects. A process that has ended has taken them along.
     *
     * @throws IllegalStateException if it is being initialized, by this thread or by one that waits
     *     for it; nothing is removed then
     */
    public void close(Dylib dylib) throws LinkException {
        requireClosable(dylib);
        if (lives.isKnown(dylib)) {
            try (Ending _ = () -> end(dylib)) {
                runThreadDestructors(dylib);
            }
        }
    }

    private void end(Dylib dylib) throws LinkException {
        try {
            lives.end(dylib);
        } finally {
            if (!lives.isKnown(dylib)) {
                remove(List.copyOf(dylib.units()));
                lives.forget(dylib);
            }
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
