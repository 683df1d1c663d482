package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkPhase;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.image.ProgramImage;
import dev.orcinus.loader.lifetime.Lifetime;
import dev.orcinus.loader.lifetime.Passage;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.LinkedProgram;
import dev.orcinus.runtime.dylib.LinkingController;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A set of dylibs that share one target, and the facade for all linking. {@link LinkRequests} and
 * {@link BatchLinker} link, {@link UnitRemover} removes, and {@link DylibLives} decides with the
 * runtime which functions run when dylibs are opened and closed. Several threads may use a session.
 *
 * <p>All of them share one lock, {@link #lock}. It guards the tables of dylibs and objects, and is
 * held while a batch is linked or objects are removed. Under this lock finalize and dealloc actions
 * run, but no initializers or finalizers. The runtime has locks of its own and holds none of them
 * when it calls the session. A thread that has a turn of the runtime may take this lock; a thread
 * that holds this lock must not wait for a turn.
 */
public final class LinkSession {
    private final LinkTarget target;
    private final SessionFormat format;
    private final LinkObserver observer;
    private final Architecture architecture;
    private final PhaseClock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final BatchLinker linker;
    private final LinkRequests requests;
    private final DylibLives lives;
    private final UnitRemover remover;
    private final UnitReplacer replacer;
    private final AtomicLong handles = new AtomicLong();

    /**
     * Makes a session without dylibs.
     *
     * @param format the format of the target's own code, which is that of the objects unless the
     *     first of them has another one
     */
    public LinkSession(LinkTarget target, GraphFormat format, LinkOptions options) {
        this(target, format, options, LinkObserver.NONE);
    }

    /** Makes a session without dylibs, whose steps are shown to an observer. */
    public LinkSession(
            LinkTarget target, GraphFormat format, LinkOptions options, LinkObserver observer) {
        this.target = target;
        this.clock = new PhaseClock(target::requireLife);
        this.observer = observer;
        this.architecture = architecture(target);
        this.format = new SessionFormat(format, architecture, lock);
        Placements placements = new Placements(target, architecture, options.slabBytes());
        this.linker = new BatchLinker(target, architecture, placements, clock, observer);
        this.requests =
                new LinkRequests(lock, linker, !options.stripsUnrequested(), target::requireLife);
        this.lives = new DylibLives(target, clock, new RuntimeLinking());
        this.remover = new UnitRemover(lock, target, lives);
        this.replacer = new UnitReplacer(lock, remover, lives, requests, this.format);
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

    /** Returns the clock that measures the phases of linking. */
    public PhaseClock clock() {
        return clock;
    }

    /** Returns the object format. */
    public SessionFormat format() {
        return format;
    }

    /** Returns the process that code is loaded into. */
    public LinkTarget target() {
        return target;
    }

    /** Makes a dylib. */
    public Dylib createDylib(String name) {
        Dylib dylib = new Dylib(name, new ExecutorAddress(handles.incrementAndGet()));
        dylib.setSupport(new DylibSupport(format, architecture));
        addObjects(dylib, new CompilerFunctions(format, architecture));
        format.add(dylib);
        lives.add(dylib);
        return dylib;
    }

    /** Lets {@code dylib} look for symbols in {@code other}, after its own. */
    public void link(Dylib dylib, Dylib other) {
        locked(() -> dylib.linkOrder().add(other));
    }

    /** Lets a dylib look up symbols in a library that it names, before other sources. */
    public void addLibrary(Dylib dylib, SymbolSource library) {
        locked(() -> dylib.addLibrary(library));
    }

    /** Lets a dylib look up symbols that no object defines. */
    public void addSource(Dylib dylib, SymbolSource source) {
        locked(() -> dylib.symbolSources().add(source));
    }

    /** Lets a dylib add objects from a source when it needs them. */
    public LazyObjects addObjects(Dylib dylib, ObjectSource source) {
        LazyObjects objects = new LazyObjects(dylib, source, new MemberPreparation());
        locked(() -> dylib.objectSources().add(objects));
        return objects;
    }

    /** Lets a dylib get objects when symbols are missing, also for those that link against it. */
    public void supplement(Dylib dylib, Supplement supplement) {
        locked(() -> dylib.setSupplement(supplement));
    }

    /** Defines a symbol at an address. */
    public void define(Dylib dylib, String symbol, ExecutorAddress address) {
        locked(() -> dylib.define(symbol, address));
    }

    /** Adds an object, which is linked when it is needed. */
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

    private LinkGraph prepared(LinkGraph graph) {
        if (!graph.architecture().equals(architecture.name())) {
            throw new UnsupportedObjectException(
                    graph.name(),
                    "code for " + graph.architecture() + "; the target runs " + target.triple());
        }
        format.admit(graph.name(), graph.format());
        observer.after(LinkObserver.Step.READ, graph);
        graph.prepare();
        observer.after(LinkObserver.Step.PREPARED, graph);
        return graph;
    }

    /** The preparation of objects from archives. */
    private final class MemberPreparation implements LazyObjects.Preparation {
        @Override
        public LinkGraph prepare(LinkGraph graph) {
            return prepared(graph);
        }

        @Override
        public LinkGraph prepareAhead(LinkGraph graph) {
            if (observer.equals(LinkObserver.NONE)
                    && graph.architecture().equals(architecture.name())) {
                graph.prepare();
            }
            return graph;
        }
    }

    /** Returns the symbols that the objects of a dylib export. */
    public List<SymbolList.Entry> symbols(Dylib dylib) {
        return locked(() -> SymbolList.of(dylib, format));
    }

    /**
     * Links the objects that some symbols need.
     *
     * @return the addresses of these symbols
     */
    public Map<String, ExecutorAddress> lookup(Dylib dylib, List<String> names) {
        return requests.lookup(dylib, names);
    }

    /**
     * Links the objects that a symbol needs.
     *
     * @return the symbol's address and its lifetime
     */
    public Found find(Dylib dylib, String name) {
        return requests.find(dylib, name);
    }

    /**
     * A symbol that is in place.
     *
     * @param address its address
     * @param lifetime of the object that defines it, or of the dylib that has an absolute
     *     definition of it; empty if it is from outside
     */
    public record Found(ExecutorAddress address, Optional<Lifetime> lifetime) {}

    /** Does what {@link #find} does, but returns nothing if the symbol is not defined. */
    public Optional<Found> findIfDefined(Dylib dylib, String name) {
        return requests.findIfDefined(dylib, name);
    }

    /**
     * Returns whether an object of a dylib, or of a dylib that it is linked against, defines a
     * symbol.
     */
    public boolean isOfObject(Dylib dylib, String name) {
        return requests.isOfObject(dylib, name);
    }

    /**
     * Returns dylibs in an order to close them: each before those that it is linked against, else
     * the last first.
     */
    public List<Dylib> closingOrder(List<Dylib> dylibs) {
        return locked(() -> Dylib.dependenciesFirst(dylibs)).reversed();
    }

    /** Records what is linked from now on, if it has the format of the target's own code. */
    public void record(ProgramRecorder recorder) {
        locked(() -> linker.record(Optional.of(recorder).filter(_ -> !format.isForeign())));
    }

    /** Ends {@link #record}, and returns what has been recorded; empty if it cannot be kept. */
    public Optional<ProgramImage> endRecording(ProgramRecorder recorder) {
        return locked(
                () -> {
                    linker.record(Optional.empty());
                    return recorder.takeImage();
                });
    }

    /** Links all objects of a dylib, and the objects that these need. */
    public void linkAll(Dylib dylib) {
        requests.linkAll(List.of(dylib));
    }

    /**
     * Returns the definitions of a dylib, and of those that it is linked against, that take the
     * place of those of libraries in a program.
     */
    public List<LinkedProgram.Symbol> preempting(Dylib dylib) {
        return locked(() -> ProgramDescription.preempting(dylib));
    }

    /**
     * Describes the linked objects of a dylib, and of those that it is linked against, as a
     * program.
     *
     * @return the description; empty if nobody wants one
     */
    public Optional<LinkedProgram> describe(Dylib dylib, Introduction introduction) {
        return locked(() -> ProgramDescription.of(dylib, introduction));
    }

    /** Returns whether an object defines a symbol. It may be one of an archive that is added. */
    public boolean hasDefinition(Dylib dylib, String name) {
        return locked(() -> dylib.resolveAdded(name).filter(d -> !d.isAbsolute()).isPresent());
    }

    /** Returns what the linked objects of a dylib have from the process. */
    public OutsideUse outsideUse(Dylib dylib) {
        return locked(() -> OutsideUse.of(dylib));
    }

    /** The requests of the runtime to this session. */
    private final class RuntimeLinking implements DylibLives.Linking {
        @Override
        public List<LinkingController.Links> linkAndRecord(Dylib dylib) {
            return requests.supplemented(
                    List.of(dylib), () -> locked(() -> linkAndRecordHere(dylib)));
        }

        private List<LinkingController.Links> linkAndRecordHere(Dylib dylib) {
            Set<Dylib> all = dylib.withDependencies(lives::isKnown);
            requests.linkAll(all);
            all.forEach(d -> d.takeUnrecorded().forEach(lives::record));
            return all.stream().map(Dylib::links).toList();
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

    /**
     * Replaces a linked object. Calls go to the new one when {@code switched} has run.
     *
     * @param old the object
     * @param reader reads the new one
     * @param switched directs calls to the new one: its argument finds the addresses of functions.
     *     If it fails, everything is as before
     * @return the new object, and what removes the old one when its calls have returned
     * @throws IllegalStateException if the old one cannot be removed
     */
    public Replaced replace(
            Unit old, GraphReader reader, Consumer<Function<String, ExecutorAddress>> switched) {
        LinkGraph graph = clock.get(LinkPhase.READ, () -> prepared(reader.read()));
        Unit next = replacer.link(old, graph);
        try {
            switched.accept(replacer.addresses(next));
        } catch (RuntimeException | Error e) {
            replacer.cancel(old, next);
            throw e;
        }
        Passage passage = replacer.complete(old, next);
        return new Replaced(
                next, new Leaving(passage, old.lifetime(), () -> remover.removeReplaced(old)));
    }

    /** An object in the place of another one. */
    public record Replaced(Unit unit, Leaving leaving) {}

    /** An object that goes when its calls have returned. */
    public static final class Leaving {
        private final Passage passage;
        private final Lifetime lifetime;
        private final Runnable removal;
        private boolean isEmpty;

        private Leaving(Passage passage, Lifetime lifetime, Runnable removal) {
            this.passage = passage;
            this.lifetime = lifetime;
            this.removal = removal;
        }

        /** Removes it if its calls have returned, and returns whether it has gone. */
        public boolean tryToGo() {
            if (!passage.isOver()) {
                return false;
            }
            if (!isEmpty) {
                isEmpty = true;
                lifetime.endWork();
            }
            removal.run();
            return true;
        }
    }

    /** Removes an object source and the objects that have been added from it. */
    public void remove(LazyObjects objects) {
        locked(() -> objects.dylib().objectSources().remove(objects));
        removeAll(objects.units());
    }

    /**
     * Runs the finalizers of objects and removes them, the last first. If one cannot be removed,
     * the others are removed nevertheless. The first failure is thrown, and the later ones are
     * suppressed in it.
     */
    public void removeAll(List<Unit> units) {
        remover.retireAll(units);
    }

    /**
     * Links all objects of a dylib and of the dylibs that it is linked against, and runs the
     * initializers that have not run yet: dependencies first, then by priority, then in the order
     * in which the objects were added.
     */
    public void initialize(Dylib dylib) {
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.INITIALIZE, dylib.name())) {
            lives.initialize(dylib);
        }
    }

    /**
     * Runs the functions that a dylib has registered with {@code atexit} and {@code __cxa_atexit},
     * then its finalizers, then does the same for dylibs that are not needed any more. Does nothing
     * if the dylib is not initialized.
     */
    public void deinitialize(Dylib dylib) {
        lives.deinitialize(dylib);
    }

    /**
     * Runs the at-exit functions and finalizers of all initialized dylibs, before the process ends.
     */
    public void runAllFinalizers() {
        lives.runAllFinalizers();
    }

    /**
     * Returns whether code of a dylib is running on this thread because the dylib is being opened
     * or closed.
     */
    public boolean isAtWorkHere(Dylib dylib) {
        return lives.isAtWorkHere(dylib);
    }

    /**
     * Returns whether code is running on this thread because some dylib is being opened or closed.
     */
    public boolean isAtWorkHere() {
        return lives.isAtWorkHere();
    }

    /**
     * Requires that a dylib can be closed.
     *
     * @throws IllegalStateException if code that runs because it is opened or closed calls this
     */
    public void requireClosable(Dylib dylib) {
        lives.requireNotAtWork(dylib);
    }

    /** Returns whether a dylib has been closed and all of its objects have been removed. */
    public boolean isClosed(Dylib dylib) {
        return locked(dylib::isGone);
    }

    /**
     * Begins the end of dylibs: from now on calls of their functions are refused, except calls by
     * code that initializes or cleans up a dylib. {@link #close} completes the end.
     *
     * @throws IllegalStateException if a call of one of their functions has not returned, or if
     *     code that runs because one of them is opened or closed calls this; everything can be used
     *     as before
     */
    public void beginEnd(List<Dylib> dylibs) {
        dylibs.forEach(lives::requireNotAtWork);
        BooleanSupplier cleaners = () -> dylibs.stream().anyMatch(lives::isAtWorkHere);
        locked(() -> remover.beginEnd(unitsOf(dylibs), dylibs, cleaners));
    }

    /**
     * Begins the end of dylibs even if calls have not returned: the target keeps memory that is in
     * use.
     */
    public void forceEnd(List<Dylib> dylibs) {
        locked(() -> remover.forceEnd(unitsOf(dylibs), dylibs));
    }

    private static List<Unit> unitsOf(List<Dylib> dylibs) {
        return dylibs.stream().flatMap(dylib -> dylib.units().stream()).toList();
    }

    /**
     * Ends a dylib: runs the destructors of thread-locals that have not run yet, then its
     * finalizers, and removes its objects. If the process has ended, nothing runs.
     *
     * @throws IllegalStateException if a call of one of its functions has not returned, or if this
     *     thread is initializing it: nothing is removed then. Also if a native call uses a memory
     *     segment of it: its finalizers have run then, and it can be closed again
     */
    public void close(Dylib dylib) {
        beginEnd(List.of(dylib));
        try (LastStep _ = () -> remove(dylib);
                LastStep _ = () -> endLife(dylib)) {
            if (lives.isKnown(dylib)) {
                runThreadDestructors(dylib);
            }
        }
    }

    /** A step that runs even if the steps before it fail. */
    @FunctionalInterface
    private interface LastStep extends AutoCloseable {
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
        return locked(() -> dylib.units().stream().map(Unit::lifetime).toList());
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
        locked(
                () -> {
                    change.run();
                    return null;
                });
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
