package dev.orcinus.loader.link;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.EdgeKind;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsUse;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostThreadLocals.Import;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the objects of a batch ask of one object's thread-local storage, and what that object asks
 * of storage that is there already. Guarded by the session's lock.
 */
final class ThreadLocalNeeds {
    private final Unit unit;
    private final LinkGraph graph;
    private final LinkBatch batch;
    private final Set<Long> descriptors = new LinkedHashSet<>();
    private final Map<Symbol, ImportNeed> imports = new LinkedHashMap<>();
    private boolean isStatic;

    /** How an outside thread-local is used. */
    private static final class ImportNeed {
        private final String symbol;
        private final ExecutorAddress block;
        private final long offset;
        private boolean isStatic;
        private boolean hasDescriptor;

        ImportNeed(String symbol, ExecutorAddress block, long offset) {
            this.symbol = symbol;
            this.block = block;
            this.offset = offset;
        }

        void add(TlsUse use) {
            isStatic |= use == TlsUse.THREAD_POINTER_OFFSET;
            hasDescriptor |= use == TlsUse.DESCRIPTOR;
        }

        Import toImport() {
            return new Import(symbol, block, offset, isStatic, hasDescriptor);
        }
    }

    ThreadLocalNeeds(Unit unit, LinkBatch batch) {
        this.unit = unit;
        this.graph = unit.graph();
        this.batch = batch;
    }

    boolean isStatic() {
        return isStatic;
    }

    List<Long> descriptors() {
        return List.copyOf(descriptors);
    }

    List<Import> imports() {
        return imports.values().stream().map(ImportNeed::toImport).toList();
    }

    /** The symbols that are imported, in the order of {@link #imports}. */
    List<Symbol> imported() {
        return List.copyOf(imports.keySet());
    }

    boolean isImported(Symbol symbol) {
        return imports.containsKey(symbol);
    }

    /** Whether anything in the object can have to do with thread-locals. */
    boolean mayBeAny() {
        for (Section section : graph.sections()) {
            if (section.use() == Section.Use.THREAD_LOCALS && !section.blocks().isEmpty()) {
                return true;
            }
        }
        for (Symbol external : graph.externals()) {
            if (external.isThreadLocal() || isThreadLocalElsewhere(external)) {
                return true;
            }
        }
        return false;
    }

    private boolean isThreadLocalElsewhere(Symbol external) {
        Optional<Definition> definition = batch.binding(external);
        return definition.isPresent() && definition.get().isThreadLocal();
    }

    /**
     * Goes through the object's edges.
     *
     * @param all the needs of all objects of the batch, among them these
     */
    void collect(Map<Unit, ThreadLocalNeeds> all) throws LinkException {
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                for (Edge edge : block.edges()) {
                    collect(block, edge, all);
                }
            }
        }
    }

    private void collect(Block block, Edge edge, Map<Unit, ThreadLocalNeeds> all)
            throws LinkException {
        Symbol target = edge.target();
        TlsUse use = edge.kind().tls();
        if (edge.kind() == EdgeKind.KEEP_ALIVE) {
            return;
        }
        if (use != TlsUse.NONE && use != TlsUse.OFFSET && isThreadLocal(block)) {
            throw refused(block, edge, "is in a thread-local variable itself");
        }
        if (!target.isExternal()) {
            requireSame(block, edge, target.isThreadLocal());
            add(use, target.addressValue());
            return;
        }
        Optional<Definition> definition = batch.binding(target);
        if (definition.isPresent()) {
            collect(block, edge, definition.get(), all);
        } else if (use != TlsUse.NONE) {
            throw new UnresolvedSymbolsException(Map.of(target.name(), List.of(unit.name())));
        }
    }

    private static boolean isThreadLocal(Block block) {
        return block.section().use() == Section.Use.THREAD_LOCALS;
    }

    private void collect(
            Block block, Edge edge, Definition definition, Map<Unit, ThreadLocalNeeds> all)
            throws LinkException {
        TlsUse use = edge.kind().tls();
        Symbol target = edge.target();
        if (!definition.isAbsolute()) {
            requireSame(block, edge, definition.isThreadLocal());
        }
        if (use == TlsUse.NONE) {
            return;
        }
        if (definition.isAbsolute()) {
            imports.computeIfAbsent(
                            target, t -> new ImportNeed(t.name(), ExecutorAddress.NULL, 0))
                    .add(use);
        } else if (all.containsKey(definition.unit())) {
            all.get(definition.unit()).add(use, definition.symbol().addressValue());
        } else {
            collectEarlier(target, use, definition);
        }
    }

    /** The storage of an object that was linked before: it can be added to from outside only. */
    private void collectEarlier(Symbol target, TlsUse use, Definition definition) {
        long offset = definition.symbol().addressValue();
        ThreadLocalStorage there = definition.unit().threadLocals();
        if (!there.offers(use, definition.unit().graph().tls(), offset)
                || imports.containsKey(target)) {
            imports.computeIfAbsent(target, _ -> new ImportNeed("", there.handle(), offset))
                    .add(use);
        }
    }

    private void add(TlsUse use, long offset) {
        switch (use) {
            case NONE, OFFSET, MODULE -> {}
            case THREAD_POINTER_OFFSET -> isStatic = true;
            case DESCRIPTOR -> descriptors.add(offset);
        }
    }

    private void requireSame(Block block, Edge edge, boolean isTargetThreadLocal)
            throws UnsupportedObjectException {
        boolean wantsThreadLocal = edge.kind().tls() != TlsUse.NONE;
        if (wantsThreadLocal != isTargetThreadLocal) {
            throw refused(
                    block,
                    edge,
                    isTargetThreadLocal
                            ? "refers to a thread-local variable as if it were none"
                            : "refers to something as a thread-local variable, which it is not");
        }
    }

    private UnsupportedObjectException refused(Block block, Edge edge, String problem) {
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
