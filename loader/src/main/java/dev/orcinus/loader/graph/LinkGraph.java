package dev.orcinus.loader.graph;

import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The sections, blocks, symbols and edges of one object file. Mirrors LLVM's {@code
 * jitlink::LinkGraph}. Only one thread at a time may change it. While a batch is linked, a step may
 * change several graphs on as many threads; such a step reads of other graphs only what no step of
 * its kind changes. To lower an object reads where the symbols of others are defined, in which
 * sections their blocks lie, and which joined sections there are, whose graphs are lowered after
 * all others. To fill one reads the graphs whose blocks it has, and changes none.
 */
public final class LinkGraph {
    private final String name;
    private final GraphFormat format;
    private final String architecture;
    private final Map<SectionKey, Section> sections = new LinkedHashMap<>();
    private final Map<String, Symbol> references = new HashMap<>();
    private List<Symbol> externals = new ArrayList<>();
    private final List<ComdatGroup> groups = new ArrayList<>();
    private List<Initializer> initializers = new ArrayList<>();
    private final List<Symbol> indirect = new ArrayList<>();
    private final List<Block> retained = new ArrayList<>();
    private final GivenUp givenUp = new GivenUp();
    private List<String> libraries = List.of();
    private List<Symbol> finalizeActions = new ArrayList<>();
    private List<Symbol> symbols = new ArrayList<>();
    private Section ehFrame;
    private TlsBlock tls = TlsBlock.NONE;
    private Symbol gotBase;
    private DebugObject debugObject;
    private Whole whole;
    private GraphOrigin origin = GraphOrigin.MEMORY;
    private boolean needsExecutableStack;
    private boolean prepared;
    private boolean generated;
    private LinkedParts parts;

    /**
     * The key of a section. It has its own equals and hashCode, because a record's default ones are
     * generated at run time. Keys have an order, by which a map of them stays quick even if a file
     * has chosen names with one hash.
     */
    private record SectionKey(String name, Section.Use use) implements Comparable<SectionKey> {
        @Override
        public int compareTo(SectionKey other) {
            int byName = name.compareTo(other.name);
            return byName != 0 ? byName : use.compareTo(other.use);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof SectionKey key && use == key.use && name.equals(key.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode(); // few sections of one name have different uses
        }
    }

    /** The contents of the graph before dead blocks and symbols were removed. */
    private record Whole(
            Set<SectionKey> sections,
            List<Symbol> symbols,
            List<Symbol> externals,
            List<Initializer> initializers,
            List<Symbol> finalizeActions) {}

    /**
     * Makes an empty graph.
     *
     * @param name the name of the object file, for messages
     * @param format the object file's format
     * @param architecture the processor's name, as in the first part of a target triple
     */
    public LinkGraph(String name, GraphFormat format, String architecture) {
        this.name = name;
        this.format = format;
        this.architecture = architecture;
    }

    /** Makes the changes that its format needs before it is linked, unless they are made. */
    public void prepare() {
        if (!prepared) {
            format.prepare(this);
            prepared = true;
        }
    }

    /** Notes that it comes from no file, but has been made for the dylib that it is in. */
    public void setGenerated() {
        generated = true;
    }

    /** Returns whether it comes from no file. */
    public boolean isGenerated() {
        return generated;
    }

    /** Sets what it has of objects that were linked into it before. */
    public void setParts(LinkedParts linked) {
        parts = linked;
    }

    /** Returns what it has of objects that were linked into it before; null if it is an object. */
    public LinkedParts parts() {
        return parts;
    }

    /** Notes that the object has code that puts code on the stack. */
    public void setNeedsExecutableStack() {
        needsExecutableStack = true;
    }

    /** Returns whether code of the object puts code on the stack. */
    public boolean needsExecutableStack() {
        return needsExecutableStack;
    }

    /** Returns the name of the object file, for messages. */
    public String name() {
        return name;
    }

    /** Returns the object file's format. */
    public GraphFormat format() {
        return format;
    }

    /** Returns the processor's name, as in the first part of a target triple. */
    public String architecture() {
        return architecture;
    }

    /** Returns the sections, in the order in which they were made. */
    public Collection<Section> sections() {
        return sections.values();
    }

    /**
     * Returns the sections of one use, in the order in which they will lie in memory: sections of
     * zeros are at the end.
     */
    public List<Section> sections(Section.Use use) {
        List<Section> ordered = new ArrayList<>();
        List<Section> zeros = new ArrayList<>();
        for (Section section : sections.values()) {
            if (section.use() == use) {
                (section.isZeroFill() ? zeros : ordered).add(section);
            }
        }
        ordered.addAll(zeros);
        return ordered;
    }

    /** Returns the section of that name and use, or null. */
    public Section find(String sectionName, Section.Use use) {
        return sections.get(new SectionKey(sectionName, use));
    }

    /**
     * Returns the section of that name and use, and makes it if there is none. Two sections of one
     * name but different uses are different sections.
     */
    public Section section(String sectionName, Section.Use use) {
        return sections.computeIfAbsent(
                new SectionKey(sectionName, use), _ -> new Section(sectionName, use));
    }

    /**
     * Returns the defined and absolute symbols, in the order in which they were added. Symbols that
     * {@link #makeExternal} has changed stay among them until {@link #removeDead}.
     */
    public List<Symbol> symbols() {
        return symbols;
    }

    /**
     * Returns the external symbols. Several can have one name: a reference, and definitions that
     * have been replaced.
     */
    public Collection<Symbol> externals() {
        return externals;
    }

    /** Returns the COMDAT groups. */
    public List<ComdatGroup> groups() {
        return groups;
    }

    /**
     * Returns the blocks of functions that are called when the dylib is opened or closed, in the
     * object's order.
     */
    public List<Initializer> initializers() {
        return initializers;
    }

    /**
     * Returns the indirect functions. The symbol of such a function names a resolver, which returns
     * the address of the real function.
     */
    public List<Symbol> indirect() {
        return indirect;
    }

    /** Adds an indirect function, and returns its symbol. */
    public Symbol addIndirect(Symbol symbol) {
        indirect.add(symbol);
        return symbol;
    }

    /** Returns the blocks that are kept even if nothing refers to them. */
    public List<Block> retained() {
        return retained;
    }

    /**
     * Returns the libraries that the object asks its linker for, as {@code -l} names them. They may
     * be missing.
     */
    public List<String> libraries() {
        return libraries;
    }

    /** Sets the libraries that the object asks its linker for. */
    public void setLibraries(List<String> names) {
        libraries = names;
    }

    /**
     * Returns the wrapper functions without arguments that are called when the graph is finalized.
     */
    public List<Symbol> finalizeActions() {
        return finalizeActions;
    }

    /** Returns the section of DWARF call frame information, or null. */
    public Section ehFrame() {
        return ehFrame;
    }

    /** Sets the section of DWARF call frame information. */
    public void setEhFrame(Section section) {
        ehFrame = section;
    }

    /** Returns the file of the object, or {@link GraphOrigin#MEMORY}. */
    public GraphOrigin origin() {
        return origin;
    }

    /** Sets the file of the object, if it may change before the graph is linked. */
    public void setOrigin(GraphOrigin file) {
        origin = file;
    }

    /** Returns the object for debuggers, or null if it has no debug info. */
    public DebugObject debugObject() {
        return debugObject;
    }

    /** Sets the object for debuggers. */
    public void setDebugObject(DebugObject object) {
        debugObject = object;
    }

    /** Returns its thread-local storage, or {@link TlsBlock#NONE} until that is open. */
    public TlsBlock tls() {
        return tls;
    }

    /** Sets its thread-local storage. */
    public void setTls(TlsBlock block) {
        tls = block;
    }

    /**
     * Returns the symbol that offsets from the global offset table count from, or null if there are
     * no such offsets.
     */
    public Symbol gotBase() {
        return gotBase;
    }

    /** Sets the symbol that offsets from the global offset table count from. */
    public void setGotBase(Symbol symbol) {
        gotBase = symbol;
    }

    /** Defines a symbol in a block. It is local and strong until {@link Symbol#as} changes that. */
    public Symbol define(String symbolName, Block block, long offset, long sizeBytes) {
        return add(Symbol.defined(symbolName, block, offset, sizeBytes, isThreadLocal(block)));
    }

    private static boolean isThreadLocal(Block block) {
        return block.section().use() == Section.Use.THREAD_LOCALS;
    }

    /** Defines a symbol without a name at the start of a block. */
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
     * Returns the external symbol of that name, and makes it if there is none. It is strong if one
     * of the references is strong.
     */
    public Symbol external(String symbolName, Linkage linkage, boolean threadLocal) {
        Symbol symbol = references.get(symbolName);
        if (symbol == null) {
            symbol = Symbol.external(symbolName, linkage, threadLocal);
            references.put(symbolName, symbol);
            externals.add(symbol);
        } else if (whole != null && !externals.contains(symbol)) { // it was dead
            externals.add(symbol);
        }
        if (linkage == Linkage.STRONG) {
            symbol.as(Linkage.STRONG, Scope.DEFAULT);
        }
        return symbol;
    }

    /** Turns a definition that another graph's definition replaces into a reference to that one. */
    public void makeExternal(Symbol symbol) {
        givenUp.add(symbol.makeExternal());
        externals.add(symbol);
    }

    /** Returns the names of the symbols that {@link #makeExternal} has changed. */
    public List<String> replacedNames() {
        return givenUp.names();
    }

    /**
     * Gives symbols their own definitions again that {@link #makeExternal} has taken from them. The
     * graph must not be linked yet.
     *
     * @param names tells which symbols
     * @return these symbols
     */
    public List<Symbol> restore(Predicate<String> names) {
        List<Symbol> restored = givenUp.restore(names);
        if (!restored.isEmpty()) {
            externals.removeIf(symbol -> !symbol.isExternal());
        }
        return restored;
    }

    /**
     * Drops what is always needed in blocks that are not used, because another graph has their
     * groups. A second call forgets the blocks of the first.
     */
    public void discard(List<Block> blocks) {
        givenUp.discard(blocks, retained, initializers);
    }

    /** Turns a reference into a definition. */
    public void defineExternal(Symbol symbol, Block block, long offset) {
        externals.remove(symbol);
        references.remove(symbol.name(), symbol);
        symbol.moveTo(block, offset);
        symbols.add(symbol);
    }

    /** Restores the state before marking, pruning and lowering. */
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
        externals.forEach(LinkGraph::forget);
    }

    private static void forget(Symbol external) {
        external.setLive(false);
        external.bind(null);
    }

    /** Forgets the edges, which have been written, and the dead blocks and symbols. */
    public void end() {
        whole = null;
        origin = GraphOrigin.MEMORY;
        givenUp.end();
        externals.forEach(symbol -> symbol.bind(null));
        sections.values().forEach(Section::end);
    }

    /** Removes all blocks and symbols that are not marked live. */
    public void removeDead() {
        whole =
                new Whole(
                        new HashSet<>(sections.keySet()),
                        symbols,
                        externals,
                        initializers,
                        finalizeActions);
        sections.values().forEach(Section::removeDead);
        finalizeActions = filtered(finalizeActions, action -> action.block().isLive());
        initializers = filtered(initializers, initializer -> initializer.block().isLive());
        symbols = filtered(symbols, LinkGraph::isKept);
        externals = filtered(externals, Symbol::isLive);
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
