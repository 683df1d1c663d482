package dev.orcinus.loader.graph;

import dev.orcinus.platform.ExecutorAddress;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A name for a place in a block, at a fixed address, or outside of the graph. Mirrors LLVM's {@code
 * jitlink::Symbol}. A local symbol may have no name.
 */
public final class Symbol {
    private static final AtomicInteger SERIALS = new AtomicInteger();

    /** An odd number near 2^32 divided by the golden ratio: it spreads numbers over all bits. */
    private static final int SPREAD = 0x9e3779b9;

    private final String name;
    private long sizeBytes;
    private final boolean threadLocal;
    private Linkage linkage;
    private Scope scope;
    private Kind kind;
    private Block block;
    private long value;
    private boolean live;
    private boolean inline;
    private TlsBlock tls = TlsBlock.NONE;
    private boolean needsObject;
    private Binding binding;
    private int hash;

    /** The source of a symbol's address. */
    public enum Kind {
        /** A block of this graph. */
        DEFINED,
        /** The symbol itself. */
        ABSOLUTE,
        /** Another graph, or the process. */
        EXTERNAL
    }

    private Symbol(
            String name, Kind kind, Block block, long value, long sizeBytes, boolean threadLocal) {
        this.name = name;
        this.kind = kind;
        this.block = block;
        this.value = value;
        this.sizeBytes = sizeBytes;
        this.threadLocal = threadLocal;
        this.linkage = Linkage.STRONG;
        this.scope = Scope.LOCAL;
    }

    static Symbol defined(
            String name, Block block, long offset, long sizeBytes, boolean threadLocal) {
        return new Symbol(name, Kind.DEFINED, block, offset, sizeBytes, threadLocal);
    }

    static Symbol absolute(String name, ExecutorAddress address, long sizeBytes) {
        return new Symbol(name, Kind.ABSOLUTE, null, address.value(), sizeBytes, false);
    }

    static Symbol threadLocalBase(String name) {
        return new Symbol(name, Kind.ABSOLUTE, null, 0, 0, true);
    }

    static Symbol external(String name, Linkage linkage, boolean threadLocal) {
        Symbol symbol = new Symbol(name, Kind.EXTERNAL, null, 0, 0, threadLocal);
        symbol.scope = Scope.DEFAULT;
        symbol.linkage = linkage;
        return symbol;
    }

    /** Returns its name, which is empty if it has none. */
    public String name() {
        return name;
    }

    /** Returns the source of its address. */
    public Kind kind() {
        return kind;
    }

    /** Returns whether it lies in a block of this graph. */
    public boolean isDefined() {
        return kind == Kind.DEFINED;
    }

    /** Returns whether it lies outside of this graph. */
    public boolean isExternal() {
        return kind == Kind.EXTERNAL;
    }

    /**
     * Returns the block that it lies in.
     *
     * @throws IllegalStateException if it is not {@link Kind#DEFINED}
     */
    public Block block() {
        if (block == null) {
            throw new IllegalStateException(name + " is " + kind);
        }
        return block;
    }

    /** Returns its offset in bytes from the start of its block, or 0 if it lies in no block. */
    public long offset() {
        return isDefined() ? value : 0;
    }

    /**
     * Returns the length in bytes of the function or variable that it names, or 0 if that is not
     * known.
     */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Sets the size of an external symbol to that of its definition. */
    public void takeSizeOf(Symbol definition) {
        sizeBytes = definition.sizeBytes;
    }

    /**
     * Returns whether it names a thread-local variable. Its address is then an offset in the TLS
     * image.
     */
    public boolean isThreadLocal() {
        return threadLocal;
    }

    /** Returns its linkage. An external symbol may stay undefined if it is weak. */
    public Linkage linkage() {
        return linkage;
    }

    /** Returns its scope. */
    public Scope scope() {
        return scope;
    }

    /** Sets linkage and scope, and returns this symbol. */
    public Symbol as(Linkage newLinkage, Scope newScope) {
        linkage = newLinkage;
        scope = newScope;
        return this;
    }

    /**
     * Returns whether an object has to define it: it names the descriptor of a thread-local
     * variable, and those that the process defines have none.
     */
    public boolean needsObject() {
        return needsObject;
    }

    /** Notes that an object has to define it. */
    public void setNeedsObject() {
        needsObject = true;
    }

    /** Returns whether it is weak and its definition one of those that several objects may have. */
    public boolean isInline() {
        return linkage == Linkage.WEAK && (inline || (isDefined() && block.isGrouped()));
    }

    /** Notes that its definition is one of those that several objects had. */
    public void setInline() {
        inline = true;
    }

    /** Returns whether dead-stripping keeps it. */
    public boolean isLive() {
        return live;
    }

    /** Sets whether dead-stripping keeps it. */
    public void setLive(boolean isLive) {
        live = isLive;
    }

    /**
     * Returns its address, which is final once the graph is laid out and external symbols are
     * resolved. An unresolved external symbol is at 0.
     */
    public ExecutorAddress address() {
        return new ExecutorAddress(addressValue());
    }

    /** Returns the 64 bits of {@link #address}. */
    public long addressValue() {
        return block == null ? value : block.addressValue() + value;
    }

    /** Gives an external symbol its address. */
    public void resolve(ExecutorAddress address) {
        if (!isExternal()) {
            throw new IllegalStateException(name + " is " + kind);
        }
        value = address.value();
    }

    /** Gives an external thread-local symbol its place in a block of thread-local storage. */
    public void resolve(TlsBlock tlsBlock, long offsetBytes) {
        resolve(new ExecutorAddress(offsetBytes));
        tls = tlsBlock;
    }

    /** Returns the block of thread-local storage that an external symbol lies in. */
    public TlsBlock tls() {
        return tls;
    }

    /** Moves it to the start of a block. */
    public void moveTo(Block newBlock) {
        kind = Kind.DEFINED;
        block = newBlock;
        value = 0;
    }

    /** Moves it to a place in a block. */
    public void moveTo(Block newBlock, long offset) {
        moveTo(newBlock);
        value = offset;
    }

    /**
     * The definition of a symbol before another graph's definition replaced it. The components are
     * those of the symbol.
     */
    record Own(Symbol symbol, Kind kind, Block block, long value, Linkage linkage, Scope scope) {}

    /**
     * Makes it external and strong, because another graph's definition replaces its own.
     *
     * @return its own definition
     */
    Own makeExternal() {
        Own own = new Own(this, kind, block, value, linkage, scope);
        kind = Kind.EXTERNAL;
        block = null;
        value = 0;
        scope = Scope.DEFAULT;
        linkage = Linkage.STRONG;
        return own;
    }

    /** Gives it its own definition again. */
    void restore(Own own) {
        kind = own.kind;
        block = own.block;
        value = own.value;
        linkage = own.linkage;
        scope = own.scope;
    }

    /** Returns what it is bound to while it is linked; null if that is nothing. */
    public Binding binding() {
        return binding;
    }

    /** Binds it, or forgets its binding if that is null. */
    public void bind(Binding newBinding) {
        binding = newBinding;
    }

    /**
     * Returns a hash of a number of its own, which is quicker to have than that of its identity,
     * and which no file can choose. It gets the number when it is first asked, as few symbols are.
     * Two symbols are equal if they are the same. Threads that ask at the same time get one number.
     */
    @Override
    public int hashCode() {
        int own = hash;
        return own == 0 ? number() : own;
    }

    private synchronized int number() {
        if (hash == 0) {
            hash = SERIALS.incrementAndGet() * SPREAD | 1;
        }
        return hash;
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "a symbol without a name" : "'" + name + "'";
    }
}
