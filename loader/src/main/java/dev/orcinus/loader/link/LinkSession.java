package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.dylib.LinkingController;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Dylibs that share one target: the way in for everything that links, for many threads. {@link
 * LinkRequests} and {@link BatchLinker} link, {@link UnitRemover} removes, and {@link DylibLives}
 * decides with the runtime what runs when dylibs are opened and closed.
 *
 * <p>All of them share one lock, {@link #lock}. It guards the tables of dylibs and objects, and is
 * held while a batch is linked or objects are removed. No code of an object runs under it but
 * finalize and dealloc actions; initializers and finalizers run without it. The runtime has locks
 * of its own, and asks for links without holding them, so this lock may be taken after a turn of
 * the runtime, never before.
 */
public final class LinkSession {
    private final LinkTarget target;
    private final GraphFormat format;
    private final LinkObserver observer;
    private final Architecture architecture;
    private final PhaseClock clock = new PhaseClock();
    private final ReentrantLock lock = new ReentrantLock();
    private final LinkRequests requests;
    private final DylibLives lives;
    private final UnitRemover remover;
    private final AtomicLong handles = new AtomicLong();

    /**
     * A session without dylibs.
     *
     * @param format of the objects that the target takes
     */
    public LinkSession(LinkTarget target, GraphFormat format, LinkOptions options) {
        this(target, format, options, LinkObserver.NONE);
    }

    /** A session without dylibs, whose work somebody looks at. */
    public LinkSession(
            LinkTarget target, GraphFormat format, LinkOptions options, LinkObserver observer) {
        this.target = target;
        this.format = format;
        this.observer = observer;
        this.architecture = architecture(target);
        Placements placements = new Placements(target, architecture, options.slabBytes());
        BatchLinker linker = new BatchLinker(target, architecture, placements, clock, observer);
        this.requests = new LinkRequests(lock, linker, !options.stripsUnrequested());
        this.lives = new DylibLives(target, clock, new RuntimeLinking());
        this.remover = new UnitRemover(lock, target, lives);
    }

    private static Architecture architecture(LinkTarget target) {
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
    public void define(Dylib dylib, String symbol, ExecutorAddress address) {
        locked(() -> dylib.define(symbol, address));
    }

    /** Adds an object, which is linked when somebody needs it. */
    public Unit add(Dylib dylib, GraphReader reader) {
        LinkGraph graph = clock.get(LinkPhase.READ, () -> prepared(reader.read()));
        return locked(() -> dylib.add(graph));
    }

    /** Adds objects; if one cannot be added, none is. */
    public List<Unit> addAll(Dylib dylib, List<GraphReader> readers) {
        List<LinkGraph> graphs = readers.stream().map(GraphReader::read).toList();
        List<Unit> added = new ArrayList<>(graphs.size());
        try {
            for (LinkGraph graph : graphs) {
                added.add(add(dylib, () -> graph));
            }
            return added;
        } catch (RuntimeException e) {
            remover.remove(added);
            throw e;
        }
    }

    /** Reads an object. */
    @FunctionalInterface
    public interface GraphReader {
        /** Its graph. */
        LinkGraph read();
    }

    private LinkGraph prepared(LinkGraph graph) {
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
    public Map<String, ExecutorAddress> lookup(Dylib dylib, List<String> names) {
        return requests.lookup(dylib, names);
    }

    /**
     * Links what is needed for a symbol.
     *
     * @return where it is, and how long
     */
    public Found find(Dylib dylib, String name) {
        return requests.find(dylib, name);
    }

    /**
     * A symbol in place.
     *
     * @param address where it is
     * @param lifetime of the object that defines it, or of the dylib that it was defined in; none
     *     if it is from outside
     */
    public record Found(ExecutorAddress address, Optional<Lifetime> lifetime) {}

    /** The same, but none if nobody defines the symbol. */
    public Optional<Found> findIfDefined(Dylib dylib, String name) {
        return requests.findIfDefined(dylib, name);
    }

    /** Whether an object of a dylib, or of one that it is linked against, defines a symbol. */
    public boolean isOfObject(Dylib dylib, String name) {
        return requests.isOfObject(dylib, name);
    }

    /** Links all objects of a dylib, and what they need. */
    public void linkAll(Dylib dylib) {
        requests.linkAll(List.of(dylib));
    }

    /** What the runtime asks for. */
    private final class RuntimeLinking implements DylibLives.Linking {
        @Override
        public List<LinkingController.Links> linkAndRecord(Dylib dylib) {
            return locked(
                    () -> {
                        Set<Dylib> all = withLinkOrder(dylib);
                        requests.linkAll(all);
                        all.forEach(d -> d.takeUnrecorded().forEach(lives::record));
                        return all.stream().map(LinkSession::links).toList();
                    });
        }

        @Override
        public ExecutorAddress lookup(Dylib dylib, String symbol) {
            return requests.lookup(dylib, List.of(symbol)).get(symbol);
        }

        @Override
        public Optional<ExecutorAddress> atExitRunner(Dylib dylib) {
            return locked(
                    () -> dylib.support().flatMap(support -> support.finalizer(dylib.units())));
        }

        @Override
        public List<Lifetime> lifetimes(Dylib dylib) {
            return lifetimesOf(dylib);
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

    /** Removes an object source and the objects that have come of it. */
    public void remove(LazyObjects objects) {
        locked(() -> objects.dylib().objectSources().remove(objects));
        removeAll(objects.units());
    }

    /**
     * Runs the finalizers of objects and removes them, the last first. One that cannot be removed
     * does not keep the others. The first failure is thrown, with the later ones suppressed in it.
     */
    public void removeAll(List<Unit> units) {
        remover.retireAll(units);
    }

    /**
     * Links all objects of a dylib and of those that it is linked against, and runs the
     * initializers that have not run yet: dependencies first, then by priority, then in the order
     * of adding. They run on this thread.
     */
    public void initialize(Dylib dylib) {
        lives.initialize(dylib);
    }

    /**
     * Runs what a dylib has registered with {@code atexit} and {@code __cxa_atexit}, then its
     * finalizers, then the same for what nobody needs any more. Does nothing if it is not
     * initialized.
     */
    public void deinitialize(Dylib dylib) {
        lives.deinitialize(dylib);
    }

    /** The process ends: runs at-exit functions and finalizers of all that is initialized. */
    public void runAllFinalizers() {
        lives.runAllFinalizers();
    }

    /** Whether code of a dylib is running on this thread because the dylib is opened or closed. */
    public boolean isAtWorkHere(Dylib dylib) {
        return lives.isAtWorkHere(dylib);
    }

    /**
     * Requires that a dylib can be closed.
     *
     * @throws IllegalStateException if code that runs on its opening or closing asks for it
     */
    public void requireClosable(Dylib dylib) {
        lives.requireNotAtWork(dylib);
    }

    /** Whether a dylib has been closed, and nothing of it is left. */
    public boolean isClosed(Dylib dylib) {
        return locked(dylib::isGone);
    }

    /**
     * Begins the end of dylibs: from now on calls of their functions are refused, except those of
     * code that initializes them or cleans them up. {@link #close} goes on with it.
     *
     * @throws IllegalStateException if a call is inside of one of them, or if code that runs on the
     *     opening or closing of one asks for it; everything goes on then
     */
    public void beginEnd(List<Dylib> dylibs) {
        dylibs.forEach(lives::requireNotAtWork);
        remover.beginEnd(
                unitsOf(dylibs), dylibs, () -> dylibs.stream().anyMatch(lives::isAtWorkHere));
    }

    /** The same, also if calls are inside: the target keeps memory that is in use. */
    public void forceEnd(List<Dylib> dylibs) {
        remover.forceEnd(unitsOf(dylibs), dylibs);
    }

    private List<Unit> unitsOf(List<Dylib> dylibs) {
        return locked(() -> dylibs.stream().flatMap(dylib -> dylib.units().stream()).toList());
    }

    /**
     * Ends a dylib: runs the destructors of thread-locals that the ends of threads have not run,
     * its finalizers, and removes its objects. A process that has ended has taken them along.
     *
     * @throws IllegalStateException if a call is inside of it, or it is being initialized, by this
     *     thread or by one that waits for it: nothing is removed then. Or if a native call uses a
     *     memory segment of it: then its finalizers have run, and it can be closed again
     */
    public void close(Dylib dylib) {
        beginEnd(List.of(dylib));
        try (Ending _ = () -> remove(dylib);
                Ending _ = () -> endLife(dylib)) {
            if (lives.isKnown(dylib)) {
                runThreadDestructors(dylib);
            }
        }
    }

    /** What follows in any case. */
    @FunctionalInterface
    private interface Ending extends AutoCloseable {
        @Override
        void close();
    }

    private void runThreadDestructors(Dylib dylib) {
        if (target.isAlive()) {
            locked(() -> dylib.support().flatMap(s -> s.threadFinalizer(dylib.units())))
                    .ifPresent(
                            finalizer ->
                                    lives.atWork(lifetimesOf(dylib), () -> target.call(finalizer)));
        }
    }

    private List<Lifetime> lifetimesOf(Dylib dylib) {
        return unitsOf(List.of(dylib)).stream().map(Unit::lifetime).toList();
    }

    private void endLife(Dylib dylib) {
        if (lives.isKnown(dylib)) {
            lives.end(dylib);
        }
    }

    private void remove(Dylib dylib) {
        if (lives.isKnown(dylib)) {
            locked(() -> remover.cancelEnd(dylib));
        } else {
            remover.removeAllOf(dylib);
            lives.forget(dylib);
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

    private <T> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }
}
