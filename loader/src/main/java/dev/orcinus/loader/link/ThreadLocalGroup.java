package dev.orcinus.loader.link;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Scope;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Descriptor;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The thread-locals of the objects of one dylib that are linked together. As in a shared library,
 * they lie in one block, as code of the local-dynamic model requires. The session's lock guards it.
 */
final class ThreadLocalGroup {
    private final LinkBatch batch;
    private final List<Unit> units = new ArrayList<>();
    private final Set<Long> descriptors = new LinkedHashSet<>();
    private final Map<Symbol, ImportNeed> imports = new LinkedHashMap<>();
    private SegmentLayout layout;
    private boolean isStatic;
    private boolean isUsed;

    ThreadLocalGroup(LinkBatch batch) {
        this.batch = batch;
    }

    void add(Unit unit) {
        units.add(unit);
    }

    /** Gives each thread-local its offset in the block. */
    void layOut() {
        layout =
                SegmentLayout.of(
                        units.stream().map(Unit::graph).toList(), Section.Use.THREAD_LOCALS);
    }

    /** Returns whether an object has or uses thread-locals. */
    static boolean concerns(Unit unit, LinkBatch batch) {
        for (Section section : unit.graph().sections()) {
            if (section.use() == Section.Use.THREAD_LOCALS && !section.blocks().isEmpty()) {
                return true;
            }
        }
        for (Symbol symbol : unit.graph().symbols()) {
            if (symbol.isThreadLocal()) { // the start of a block that may have nothing in it
                return true;
            }
        }
        for (Symbol external : unit.graph().externals()) {
            Definition definition = batch.bound(external);
            if (external.isThreadLocal() || (definition != null && definition.isThreadLocal())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Collects what the objects' edges need of this block and of other blocks.
     *
     * @param groups the groups of the batch's objects
     */
    void collect(Map<Unit, ThreadLocalGroup> groups) {
        for (Unit unit : units) {
            for (Section section : unit.graph().sections()) {
                for (Block block : section.blocks()) {
                    for (Edge edge : block.edges()) {
                        if (concernsThreadLocals(edge)) {
                            collect(new Use(unit, block, edge), groups);
                        }
                    }
                }
            }
        }
    }

    /** Returns whether an edge, or its target, is one for thread-locals. */
    private boolean concernsThreadLocals(Edge edge) {
        Symbol target = edge.target();
        if (edge.kind().tls() != TlsUse.NONE || target.isThreadLocal()) {
            return true;
        }
        Definition definition = target.isExternal() ? batch.bound(target) : null;
        return definition != null && definition.isThreadLocal();
    }

    private void collect(Use use, Map<Unit, ThreadLocalGroup> groups) {
        Symbol target = use.edge.target();
        if (use.edge.kind().equals(EdgeKind.KEEP_ALIVE)) {
            return;
        }
        use.requireOutsideOfImage();
        if (!target.isExternal()) {
            use.requireSame(target.isThreadLocal());
            need(use.kind(), target.addressValue());
            return;
        }
        Optional<Definition> definition = batch.binding(target);
        if (definition.isPresent()) {
            collect(use, definition.get(), groups);
        } else if (use.isThreadLocal()) {
            throw new UnresolvedSymbolsException(Map.of(target.name(), List.of(use.unit.name())));
        }
    }

    private void collect(Use use, Definition definition, Map<Unit, ThreadLocalGroup> groups) {
        Symbol target = use.edge.target();
        if (!definition.isAbsolute()) {
            use.requireSame(definition.isThreadLocal());
        }
        if (!use.isThreadLocal()) {
            return;
        }
        ThreadLocalGroup group = groups.get(definition.unit());
        use.requireOwn(equals(group));
        if (definition.isAbsolute()) {
            imports.computeIfAbsent(target, t -> new ImportNeed(t.name(), ExecutorAddress.NULL, 0))
                    .add(use.kind());
        } else if (group != null) {
            group.need(use.kind(), definition.symbol().addressValue());
        } else {
            collectEarlier(use, definition);
        }
    }

    /**
     * Collects a use of a block that was opened earlier. If that block does not offer the value,
     * this block imports it.
     */
    private void collectEarlier(Use use, Definition definition) {
        Symbol target = use.edge.target();
        long offset = definition.symbol().addressValue();
        OpenThreadLocals there = definition.unit().threadLocals();
        if (!there.offers(use.kind(), definition.unit().graph().tls(), offset)) {
            imports.computeIfAbsent(target, _ -> new ImportNeed("", there.handle(), offset))
                    .add(use.kind());
        }
    }

    private void need(TlsUse use, long offset) {
        isUsed |= use != TlsUse.NONE;
        switch (use) {
            case NONE, OFFSET, OWN_OFFSET, MODULE -> {}
            case THREAD_POINTER_OFFSET -> isStatic = true;
            case DESCRIPTOR -> descriptors.add(offset);
        }
    }

    /** Opens the block. */
    void open(LinkTarget target, Architecture architecture) {
        boolean hasBlock = isUsed || !layout.isEmpty();
        if (!hasBlock && imports.isEmpty()) {
            return;
        }
        Request request =
                new Request(
                        name(),
                        image(architecture),
                        // a block must have a module, even if nothing in it has a size
                        hasBlock ? Math.max(1, layout.sizeBytes()) : 0,
                        layout.alignmentBytes(),
                        isStatic,
                        List.copyOf(descriptors),
                        imports.values().stream().map(ImportNeed::toImport).toList(),
                        exports(target));
        var block = target.openThreadLocals(request, units.size());
        for (int i = 0; i < units.size(); i++) {
            ExecutorAddress handle = block.handle().plus(i);
            units.get(i).setThreadLocals(new OpenThreadLocals(handle, isStatic));
        }
        requireAnswers(request, block.descriptors(), block.imports());
        TlsBlock tls =
                new TlsBlock(
                        block.module(),
                        block.threadPointerOffset(),
                        byOffset(request.descriptors(), block.descriptors()));
        units.forEach(unit -> unit.graph().setTls(tls));
        int next = 0;
        for (Symbol symbol : imports.keySet()) {
            resolve(symbol, block.imports().get(next++));
        }
    }

    /** Returns the places of those symbols that libraries may refer to. */
    private Map<String, Long> exports(LinkTarget target) {
        Map<String, Long> exports = new HashMap<>();
        for (Unit unit : units) {
            for (Symbol symbol : unit.graph().symbols()) {
                if (symbol.isDefined()
                        && symbol.isThreadLocal()
                        && symbol.scope() == Scope.DEFAULT
                        && target.exportsThreadLocal(symbol.name())) {
                    exports.put(symbol.name(), symbol.addressValue());
                }
            }
        }
        return exports;
    }

    private String name() {
        String first = units.getFirst().name();
        return units.size() == 1 ? first : first + " and " + (units.size() - 1) + " more";
    }

    private byte[] image(Architecture architecture) {
        byte[] bytes = new byte[Math.toIntExact(layout.contentBytes())];
        MemorySegment content = MemorySegment.ofArray(bytes);
        layout.copyTo(content, ExecutorAddress.NULL);
        for (Unit unit : units) {
            fixUp(unit.graph(), content, architecture);
        }
        return bytes;
    }

    private static void fixUp(LinkGraph graph, MemorySegment content, Architecture architecture) {
        for (Section section : graph.sections()) {
            if (section.use() == Section.Use.THREAD_LOCALS) {
                for (Block block : section.blocks()) {
                    if (!block.isZeroFill() && !block.edges().isEmpty()) {
                        architecture.fixUp(
                                graph,
                                block,
                                SegmentLayout.content(block, content, ExecutorAddress.NULL));
                    }
                }
            }
        }
    }

    private static void requireAnswers(
            Request request, List<Descriptor> descriptors, List<Imported> imports) {
        if (descriptors.size() != request.descriptors().size()
                || imports.size() != request.imports().size()) {
            throw new TargetException(
                    "thread-local storage of %s: %d descriptors of %d, %d imports of %d"
                            .formatted(
                                    request.name(),
                                    descriptors.size(),
                                    request.descriptors().size(),
                                    imports.size(),
                                    request.imports().size()),
                    null);
        }
    }

    private static Map<Long, TlsBlock.Descriptor> byOffset(
            List<Long> offsets, List<Descriptor> found) {
        Map<Long, TlsBlock.Descriptor> descriptors = new HashMap<>();
        for (int i = 0; i < offsets.size(); i++) {
            descriptors.put(offsets.get(i), descriptor(found.get(i)));
        }
        return descriptors;
    }

    private static void resolve(Symbol symbol, Imported found) {
        symbol.resolve(
                new TlsBlock(
                        found.module(),
                        found.threadPointerOffset() - found.offset(),
                        Map.of(found.offset(), descriptor(found.descriptor()))),
                found.offset());
    }

    private static TlsBlock.Descriptor descriptor(Descriptor words) {
        return new TlsBlock.Descriptor(words.function().value(), words.argument());
    }

    /** Resolves references to thread-locals of other objects. */
    void resolve() {
        for (Unit unit : units) {
            for (Symbol external : unit.graph().externals()) {
                batch.binding(external)
                        .filter(d -> d.isThreadLocal() && !imports.containsKey(external))
                        .ifPresent(
                                d ->
                                        external.resolve(
                                                d.unit().graph().tls(), d.symbol().addressValue()));
            }
        }
    }

    /**
     * An edge and its place.
     *
     * @param unit the object
     * @param block the block in the object
     * @param edge the edge in the block
     */
    private record Use(Unit unit, Block block, Edge edge) {
        TlsUse kind() {
            return edge.kind().tls();
        }

        boolean isThreadLocal() {
            return kind() != TlsUse.NONE;
        }

        /**
         * Requires that the edge can be written before the block is open, if it lies in the image.
         */
        void requireOutsideOfImage() {
            boolean inImage = block.section().use() == Section.Use.THREAD_LOCALS;
            if (inImage
                    && switch (kind()) {
                        case NONE, OFFSET, OWN_OFFSET -> false;
                        case MODULE, THREAD_POINTER_OFFSET, DESCRIPTOR -> true;
                    }) {
                throw refused("is in the initial value of a thread-local variable");
            }
        }

        void requireSame(boolean isTargetThreadLocal) {
            if (isThreadLocal() != isTargetThreadLocal) {
                throw refused(
                        isTargetThreadLocal
                                ? "refers to a thread-local variable as if it were none"
                                : "refers to something that is no thread-local variable as if it"
                                        + " were one");
            }
        }

        void requireOwn(boolean isOwn) {
            if (kind() == TlsUse.OWN_OFFSET && !isOwn) {
                throw refused(
                        "needs the variable to be linked together with this object"
                                + " (local-dynamic model), but it is not; compile with"
                                + " -ftls-model=global-dynamic or default visibility, or link both"
                                + " at once");
            }
        }

        private UnsupportedObjectException refused(String problem) {
            return new UnsupportedObjectException(
                    unit.name(),
                    "%s+0x%x: %s to %s %s"
                            .formatted(
                                    block.section().name(),
                                    edge.offset(),
                                    edge.kind().name(),
                                    edge.target(),
                                    problem));
        }
    }
}
