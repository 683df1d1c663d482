package dev.orcinus.loader.link;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.Architecture.CodeTemplate;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.GraphFormat;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Linkage;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The symbols that a static linker puts into each shared library, made for a dylib when an object
 * refers to them: the handle by which the C library knows the dylib's at-exit functions, and {@code
 * atexit}, {@code at_quick_exit} and {@code pthread_atfork}, which glibc has in a static library.
 * For an object that has thread-locals with destructors it also makes a function that runs the
 * registered destructors that have not run yet. The session's lock guards it.
 */
final class DylibSupport implements ObjectSource {
    private static final String DSO_HANDLE = "__dso_handle";
    private static final String AT_EXIT = "atexit";
    private static final String THREAD_AT_EXIT = "__cxa_thread_atexit";
    private static final String THREAD_AT_EXIT_C = "__cxa_thread_atexit_impl";

    /** The name that macOS has for it; its callers need not give the handle. */
    private static final String THREAD_AT_EXIT_WITHOUT_DYLIB = "_tlv_atexit";

    private static final String AT_QUICK_EXIT = "at_quick_exit";
    private static final String AT_FORK = "pthread_atfork";

    private static final Set<String> OFFERED_RARELY = Set.of(AT_QUICK_EXIT, AT_FORK);
    private static final Set<String> OFFERED = Set.of(DSO_HANDLE, AT_EXIT);
    private static final Set<String> JUMPS_TO_THREAD_AT_EXIT =
            Set.of(THREAD_AT_EXIT, THREAD_AT_EXIT_C);
    private static final Set<String> OFFERED_TO_THREADS =
            Set.of(THREAD_AT_EXIT, THREAD_AT_EXIT_C, THREAD_AT_EXIT_WITHOUT_DYLIB);

    private static final String INITIALIZERS = ".init_array";
    private static final String FINALIZERS = ".fini_array";

    private static final String CODE = "$support.code";
    private static final String DATA = "$support.data";

    private final SessionFormat format;
    private final Architecture architecture;
    private LinkGraph graph;
    private Symbol finalizer;
    private LinkGraph rareGraph;
    private boolean hasStartFiles;
    private LinkGraph threadGraph;
    private Symbol threadFinalizer;

    DylibSupport(SessionFormat format, Architecture architecture) {
        this.format = format;
        this.architecture = architecture;
    }

    @Override
    public Optional<LinkGraph> take(IndexedName indexed) {
        String symbol = indexed.toString();
        if (threadGraph == null && isAmong(OFFERED_TO_THREADS, symbol, format.current())) {
            return Optional.of(takeForThreads());
        }
        if (rareGraph == null && isAmong(OFFERED_RARELY, symbol, format.current())) {
            return takeRare(symbol);
        }
        if (graph != null || !isAmong(OFFERED, symbol, format.current())) {
            return Optional.empty();
        }
        graph = newGraph("(dylib support)");
        Block handle =
                graph.section(DATA, Section.Use.VARIABLES).addZeroFill(Long.BYTES, Long.BYTES);
        Symbol dso =
                offer(graph.define(graph.format().symbolOf(DSO_HANDLE), handle, 0, Long.BYTES));
        offer(function(graph, AT_EXIT, architecture.atExit(), dso, "__cxa_atexit"));
        finalizer = function(graph, "", architecture.runAtExits(), dso, "__cxa_finalize");
        graph.retained().add(finalizer.block());
        return Optional.of(graph);
    }

    /** Makes what glibc has; macOS, whose C names have a prefix, has the functions themselves. */
    private Optional<LinkGraph> takeRare(String symbol) {
        if (!OFFERED_RARELY.contains(symbol)) {
            return Optional.empty();
        }
        rareGraph = newGraph("(static part of the C library)");
        Symbol dso = external(rareGraph, DSO_HANDLE, Linkage.STRONG);
        CodeTemplate quick = architecture.atQuickExit();
        offer(function(rareGraph, AT_QUICK_EXIT, quick, dso, "__cxa_at_quick_exit"));
        offer(function(rareGraph, AT_FORK, architecture.atFork(), dso, "__register_atfork"));
        return Optional.of(rareGraph);
    }

    /**
     * Makes what the files have that compilers put before all objects ({@code crtbegin.o}): one
     * function in each of the arrays of initializers and finalizers. They do nothing here, and are
     * there for code that counts or calls the functions between the bounds of the arrays.
     *
     * @return empty the second time, and where names of C have a prefix, as those of macOS
     */
    Optional<LinkGraph> takeStartFiles() {
        if (hasStartFiles || !format.current().symbolOf(INITIALIZERS).equals(INITIALIZERS)) {
            return Optional.empty();
        }
        hasStartFiles = true;
        LinkGraph files = newGraph("(start files)");
        Symbol function = files.anonymous(add(files, architecture.doNothing(), List.of()));
        for (String name : List.of(INITIALIZERS, FINALIZERS)) {
            Block pointer =
                    files.section(name, Section.Use.VARIABLES)
                            .addBlock(MemorySegment.ofArray(new byte[Long.BYTES]), Long.BYTES);
            pointer.addEdge(architecture.pointer64(), 0, function, 0);
        }
        return Optional.of(files);
    }

    /** The graph's format is that of the session from now on. */
    private LinkGraph newGraph(String name) {
        format.admit(name, format.current());
        LinkGraph made = new LinkGraph(name, format.current(), architecture.name());
        made.setGenerated();
        return made;
    }

    /**
     * Makes the registration of destructors under the names that compilers and the C++ runtime use;
     * it jumps to the target's own registration. A target without one leaves it undefined: such a
     * target also refuses to open thread-local storage.
     */
    private LinkGraph takeForThreads() {
        threadGraph = newGraph("(thread-local destructors)");
        Symbol dso = external(threadGraph, DSO_HANDLE, Linkage.STRONG);
        Block slot =
                threadGraph
                        .section(DATA, Section.Use.VARIABLES)
                        .addBlock(MemorySegment.ofArray(new byte[Long.BYTES]), Long.BYTES);
        slot.addEdge(
                architecture.pointer64(),
                0,
                external(threadGraph, GuestThreadLocals.THREAD_AT_EXIT, Linkage.WEAK),
                0);
        CodeTemplate jump = architecture.jumpThroughSlot();
        Symbol target = threadGraph.anonymous(slot);
        Block code = add(threadGraph, jump, List.of(target));
        for (String name : JUMPS_TO_THREAD_AT_EXIT) {
            String symbol = threadGraph.format().symbolOf(name);
            offer(threadGraph.define(symbol, code, 0, code.sizeBytes()));
        }
        Block other = add(threadGraph, architecture.threadAtExit(), List.of(dso, target));
        String name = threadGraph.format().symbolOf(THREAD_AT_EXIT_WITHOUT_DYLIB);
        offer(threadGraph.define(name, other, 0, other.sizeBytes()));
        threadFinalizer =
                function(
                        threadGraph,
                        "",
                        architecture.runAtExits(),
                        dso,
                        GuestThreadLocals.RUN_DESTRUCTORS);
        threadGraph.retained().add(threadFinalizer.block());
        return threadGraph;
    }

    private static Block add(LinkGraph graph, CodeTemplate code, List<Symbol> targets) {
        Block block =
                graph.section(CODE, Section.Use.CODE).addBlock(code.bytes(), code.alignmentBytes());
        code.addEdges(block, targets);
        return block;
    }

    private static Symbol external(LinkGraph graph, String cName, Linkage linkage) {
        return graph.external(graph.format().symbolOf(cName), linkage, false);
    }

    private static Symbol offer(Symbol symbol) {
        return symbol.as(Linkage.WEAK, Scope.HIDDEN);
    }

    private static Symbol function(
            LinkGraph graph, String name, CodeTemplate code, Symbol dso, String called) {
        boolean isOurs = called.equals(GuestThreadLocals.RUN_DESTRUCTORS);
        Linkage linkage = isOurs ? Linkage.WEAK : Linkage.STRONG;
        Block block = add(graph, code, List.of(dso, external(graph, called, linkage)));
        String symbol = name.isEmpty() ? name : graph.format().symbolOf(name);
        return graph.define(symbol, block, 0, block.sizeBytes());
    }

    /** Returns whether a graph refers to the handle or to {@code atexit}. */
    static boolean isUsedBy(LinkGraph user) {
        return refersTo(user, OFFERED);
    }

    /** Returns whether a graph has thread-locals with destructors. */
    static boolean hasThreadDestructors(LinkGraph user) {
        return refersTo(user, OFFERED_TO_THREADS);
    }

    private static boolean refersTo(LinkGraph user, Set<String> cNames) {
        return user.externals().stream()
                .anyMatch(symbol -> isAmong(cNames, symbol.name(), user.format()));
    }

    /** Returns whether a symbol is the symbol of one of the C names. */
    private static boolean isAmong(Set<String> cNames, String symbol, GraphFormat format) {
        for (String name : cNames) {
            if (format.symbolOf(name).equals(symbol)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the address of the function that runs the dylib's at-exit functions; empty if no
     * linked object refers to the handle.
     */
    Optional<ExecutorAddress> finalizer(List<Unit> units) {
        return isLinked(graph, units) ? Optional.of(finalizer.address()) : Optional.empty();
    }

    /**
     * Returns the address of the function that runs the destructors of thread-locals that have not
     * run yet; empty if no linked object has such destructors.
     */
    Optional<ExecutorAddress> threadFinalizer(List<Unit> units) {
        return isLinked(threadGraph, units)
                ? Optional.of(threadFinalizer.address())
                : Optional.empty();
    }

    private static boolean isLinked(LinkGraph graph, List<Unit> units) {
        return units.stream().anyMatch(u -> u.graph() == graph && u.state() == Unit.State.LINKED);
    }
}
