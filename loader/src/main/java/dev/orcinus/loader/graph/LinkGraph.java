package dev.orcinus.loader.graph;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One object file's worth of sections, blocks, symbols and edges. Mirrors LLVM's {@code
 * jitlink::LinkGraph}. For one thread at a time.
 */
public final class LinkGraph {
    private final String name;
    private final GraphFormat format;
    private final String architecture;
    private final Map<SectionKey, Section> sections = new LinkedHashMap<>();
    private final Map<String, Symbol> references = new HashMap<>();
    private Set<Symbol> externals = new LinkedHashSet<>();
    private final List<ComdatGroup> groups = new ArrayList<>();
    private List<Initializer> initializers = new ArrayList<>();
    private final List<Symbol> indirect = new ArrayList<>();
    private final List<Block> retained = new ArrayList<>();
    private List<Symbol> finalizeActions = new ArrayList<>();
    private List<Symbol> symbols = new ArrayList<>();
    private Section ehFrame;
    private TlsBlock tls = TlsBlock.NONE;
    private Symbol gotBase;
    private DebugObject debugObject;
    private Whole whole;

    /** Compares by hand: the methods that a record has by itself are generated at run time. */
    private record SectionKey(String name, Section.Use use) {
        @Override
        public boolean equals(Object other) {
            return other instanceof SectionKey key && use == key.use && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode(); // few sections of one name have different uses
        }
    }

    /** What there was before dead things were removed. */
    private record Whole(
            Set<SectionKey> sections,
            List<Symbol> symbols,
            Set<Symbol> externals,
            List<Initializer> initializers,
            List<Symbol> finalizeActions) {}

    /**
     * An empty graph.
     *
     * @param name the object file, for messages
     * @param format the object format that it comes from
     * @param architecture as the first part of a target triple names it
     */
    public LinkGraph(String name, GraphFormat format, String architecture) {
        this.name = name;
        this.format = format;
        this.architecture = architecture;
    }

    /** The object file, for messages. */
    public String name() {
        return name;
    }

    /** Returns the object format that it comes from. */
    public GraphFormat format() {
        return format;
    }

    /** The processor that it is for, as the first part of a target triple names it. */
    public String architecture() {
        return architecture;
    }

    /** The sections, in the order in which they were first asked for. */
    public Collection<Section> sections() {
        return sections.values();
    }

    /**
     * The sections of one use, in the order in which they will lie in memory: those of zeros only
     * at the end.
     */
    public List<Section> sections(Section.Use use) {
        List<Section> ordered = new ArrayList<>();
        for (boolean isZeroFill : new boolean[] {false, true}) {
            for (Section section : sections.values()) {
                if (section.use() == use && section.isZeroFill() == isZeroFill) {
                    ordered.add(section);
                }
            }
        }
        return ordered;
    }

    /** The section of that name and use, or null. */
    public Section find(String sectionName, Section.Use use) {
        return sections.get(new SectionKey(sectionName, use));
    }

    /**
     * The section of that name and use, made if there is none. Sections of one name but different
     * use are different sections.
     */
    public Section section(String sectionName, Section.Use use) {
        return sections.computeIfAbsent(
                new SectionKey(sectionName, use), _ -> new Section(sectionName, use));
    }

    /**
     * Defined and absolute symbols, in the order in which they were added; what {@link
     * #makeExternal} has changed is among them until {@link #removeDead}.
     */
    public List<Symbol> symbols() {
        return symbols;
    }

    /** External symbols. Several can have one name: a reference, and definitions that lost. */
    public Collection<Symbol> externals() {
        return externals;
    }

    /** COMDAT groups. */
    public List<ComdatGroup> groups() {
        return groups;
    }

    /** Blocks of functions to call on opening and closing, in the object's order. */
    public List<Initializer> initializers() {
        return initializers;
    }

    /**
     * Functions whose symbol names a resolver, which is to be called for the address of the real
     * function.
     */
    public List<Symbol> indirect() {
        return indirect;
    }

    /** Says that a symbol names a resolver. */
    public Symbol addIndirect(Symbol symbol) {
        indirect.add(symbol);
        return symbol;
    }

    /** Blocks that are kept even if nothing refers to them. */
    public List<Block> retained() {
        return retained;
    }

    /** Wrapper functions without arguments to call when the graph is finalized. */
    public List<Symbol> finalizeActions() {
        return finalizeActions;
    }

    /** The section of DWARF call frame information, or null. */
    public Section ehFrame() {
        return ehFrame;
    }

    /** Says which section holds DWARF call frame information. */
    public void setEhFrame(Section section) {
        ehFrame = section;
    }

    /** The object for debuggers, or null if it has no debug info. */
    public DebugObject debugObject() {
        return debugObject;
    }

    /** Says what debuggers are to see. */
    public void setDebugObject(DebugObject object) {
        debugObject = object;
    }

    /** Its thread-local storage, once it has been set up. */
    public TlsBlock tls() {
        return tls;
    }

    /** Says where its thread-local storage is. */
    public void setTls(TlsBlock block) {
        tls = block;
    }

    /** What offsets from the global offset table count from, or null if nothing does. */
    public Symbol gotBase() {
        return gotBase;
    }

    /** Says what offsets from the global offset table count from. */
    public void setGotBase(Symbol symbol) {
        gotBase = symbol;
    }

    /** Defines a symbol in a block; it is local and strong until told otherwise. */
    public Symbol define(String symbolName, Block block, long offset, long sizeBytes) {
        return add(Symbol.defined(symbolName, block, offset, sizeBytes, isThreadLocal(block)));
    }

    private static boolean isThreadLocal(Block block) {
        return block.section().use() == Section.Use.THREAD_LOCALS;
    }

    /** A symbol without a name, at the start of a block. */
    public Symbol anonymous(Block block) {
        return define("", block, 0, block.sizeBytes());
    }

    /** Defines a symbol at a fixed address. */
    public Symbol absolute(String symbolName, ExecutorAddress address, long sizeBytes) {
        return add(Symbol.absolute(symbolName, address, sizeBytes));
    }

    /** Defines a symbol at the start of the graph's thread-local storage. */
    public Symbol threadLocalBase(String symbolName) {
        return add(Symbol.threadLocalBase(symbolName));
    }

    private Symbol add(Symbol symbol) {
        symbols.add(symbol);
        return symbol;
    }

    /**
     * The external symbol of that name, made if there is none. If one reference is strong, it is
     * required.
     */
    public Symbol external(String symbolName, Linkage linkage, boolean threadLocal) {
        Symbol symbol =
                references.computeIfAbsent(
                        symbolName, _ -> Symbol.external(symbolName, linkage, threadLocal));
        externals.add(symbol);
        if (linkage == Linkage.STRONG) {
            symbol.as(Linkage.STRONG, Scope.DEFAULT);
        }
        return symbol;
    }

    /**
     * Turns a definition that has lost against one of another graph into a reference to that one.
     */
    public void makeExternal(Symbol symbol) {
        symbol.makeExternal();
        externals.add(symbol);
    }

    /** Turns a reference into a definition. */
    public void defineExternal(Symbol symbol, Block block, long offset) {
        externals.remove(symbol);
        references.remove(symbol.name(), symbol);
        symbol.moveTo(block, offset);
        symbols.add(symbol);
    }

    /** Becomes what it was before it was marked, pruned and lowered. */
    public void startOver() {
        if (whole != null) {
            sections.keySet().retainAll(whole.sections);
            symbols = whole.symbols;
            externals = whole.externals;
            initializers = whole.initializers;
            finalizeActions = whole.finalizeActions;
            whole = null;
        }
        sections.values().forEach(Section::startOver);
        symbols.forEach(symbol -> symbol.setLive(false));
        externals.forEach(symbol -> symbol.setLive(false));
    }

    /** Forgets the edges, which have been written, and what was dead. */
    public void end() {
        whole = null;
        sections.values().forEach(Section::end);
    }

    /** Removes all blocks, and the symbols and external symbols, that are not marked live. */
    public void removeDead() {
        whole =
                new Whole(
                        Set.copyOf(sections.keySet()),
                        symbols,
                        externals,
                        initializers,
                        finalizeActions);
        sections.values().forEach(Section::removeDead);
        finalizeActions = filtered(finalizeActions, action -> action.block().isLive());
        initializers = filtered(initializers, initializer -> initializer.block().isLive());
        symbols = filtered(symbols, LinkGraph::isKept);
        externals = new LinkedHashSet<>(externals);
        externals.removeIf(symbol -> !symbol.isLive());
    }

    private static <T> List<T> filtered(List<T> all, Predicate<T> isKept) {
        List<T> kept = new ArrayList<>(all.size());
        for (T element : all) {
            if (isKept.test(element)) {
                kept.add(element);
            }
        }
        return kept;
    }

    private static boolean isKept(Symbol symbol) {
        return switch (symbol.kind()) {
            case DEFINED -> symbol.block().isLive();
            case ABSOLUTE -> symbol.isLive();
            case EXTERNAL -> false;
        };
    }
}
