package dev.orcinus.formats.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds a small ELF shared object from its definitions, imports and relocations. {@link #write}
 * gives it the simplest layout that glibc and GDB read. Source: the ELF gABI, "Object Files" and
 * "Dynamic Linking". One thread at a time may use it.
 */
public final class SharedObject {
    /** The symbol that stands for the object itself. */
    public static final int NO_SYMBOL = 0;

    private final int machine;
    private final String name;
    private final Set<String> needed = new LinkedHashSet<>();
    private final List<Symbol> symbols = new ArrayList<>();
    private final List<ElfRelocation> relocations = new ArrayList<>();
    private byte[] code = {};
    private byte[] data = {};
    private ThreadLocals threadLocals = ThreadLocals.NONE;
    private boolean isStatic;
    private byte[] runFirst = {};

    /** The part of the object that defines a symbol. */
    enum Part {
        UNDEFINED,
        CODE,
        DATA,
        THREAD_LOCALS,
        OUTSIDE
    }

    /** A symbol, in a part of the object. */
    record Symbol(String name, int type, Part part, long offset, long sizeBytes) {}

    /** A block of thread-local storage: its first bytes and its size. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record ThreadLocals(byte[] content, long sizeBytes, int alignmentBytes) {
        static final ThreadLocals NONE = new ThreadLocals(new byte[0], 0, 0);

        /** Returns whether there is a block; it may be empty. */
        boolean exist() {
            return alignmentBytes != 0;
        }
    }

    /**
     * An object without content.
     *
     * @param machine {@code e_machine}
     * @param name {@code DT_SONAME}, by which other objects may need it
     */
    public SharedObject(int machine, String name) {
        this.machine = machine;
        this.name = name;
    }

    /** Sets its code. */
    public SharedObject code(byte[] bytes) {
        code = bytes;
        return this;
    }

    /** Sets its data. */
    public SharedObject data(byte[] bytes) {
        data = bytes;
        return this;
    }

    /** Gives it a block of thread-local storage. */
    public SharedObject threadLocals(byte[] content, long sizeBytes, int alignmentBytes) {
        threadLocals = new ThreadLocals(content, sizeBytes, alignmentBytes);
        return this;
    }

    /** Sets whether it is for static TLS ({@code DF_STATIC_TLS}). */
    public SharedObject isStatic(boolean needsStaticStorage) {
        isStatic = needsStaticStorage;
        return this;
    }

    /**
     * Makes the dynamic linker look for symbols in another object, too, which then stays as long as
     * this one.
     */
    public SharedObject needs(String otherName) {
        needed.add(otherName);
        return this;
    }

    /**
     * Makes the dynamic linker call a function when it opens the object: after all that the object
     * needs has been bound, and before any of it is initialized ({@code DT_PREINIT_ARRAY}, which
     * glibc's {@code _dl_init} takes from every object that is opened, not only from executables).
     *
     * @param function its address, outside of the object
     */
    public SharedObject runFirst(long function) {
        runFirst =
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(function)
                        .array();
        return this;
    }

    /** Exports a function in its code. */
    public int exportCode(String symbol, long offset, long sizeBytes) {
        return add(new Symbol(symbol, Elf.STT_FUNC, Part.CODE, offset, sizeBytes));
    }

    /** Exports a part of its data. */
    public int exportData(String symbol, long offset, long sizeBytes) {
        return add(new Symbol(symbol, Elf.STT_OBJECT, Part.DATA, offset, sizeBytes));
    }

    /** Exports its thread-local storage. */
    public int exportThreadLocals(String symbol) {
        return add(
                new Symbol(symbol, Elf.STT_TLS, Part.THREAD_LOCALS, 0, threadLocals.sizeBytes()));
    }

    /**
     * Exports an address outside of it.
     *
     * @param isFunction whether code lies there
     */
    public int exportAddress(String symbol, boolean isFunction, long address, long sizeBytes) {
        int type = isFunction ? Elf.STT_FUNC : Elf.STT_OBJECT;
        return add(new Symbol(symbol, type, Part.OUTSIDE, address, sizeBytes));
    }

    /** Exports a part of its thread-local storage. */
    public int exportThreadLocal(String symbol, long offset) {
        return add(new Symbol(symbol, Elf.STT_TLS, Part.THREAD_LOCALS, offset, 0));
    }

    /** Imports a function; opening fails if no object defines it. */
    public int importFunction(String symbol) {
        return add(new Symbol(symbol, Elf.STT_FUNC, Part.UNDEFINED, 0, 0));
    }

    /** Imports a thread-local variable; opening fails if no object defines it. */
    public int importThreadLocal(String symbol) {
        return add(new Symbol(symbol, Elf.STT_TLS, Part.UNDEFINED, 0, 0));
    }

    private int add(Symbol symbol) {
        symbols.add(symbol);
        return symbols.size();
    }

    /**
     * Makes the dynamic linker relocate a word of the data.
     *
     * @param offset in the data
     * @param type the processor's number
     * @param symbol the result of an import or an export, or {@link #NO_SYMBOL}
     */
    public void relocate(long offset, int type, int symbol, long addend) {
        relocations.add(new ElfRelocation(offset, type, symbol, addend));
    }

    /**
     * Returns the distance from its code to its data, which is negative, as the data lie in front.
     * It depends on everything but the bytes of the code.
     */
    public int dataFromCode() {
        return new SharedObjectWriter(this).dataFromCode();
    }

    /** Returns the bytes of its file. */
    public byte[] write() {
        return new SharedObjectWriter(this).write();
    }

    int machine() {
        return machine;
    }

    String name() {
        return name;
    }

    Set<String> needed() {
        return needed;
    }

    List<Symbol> symbols() {
        return symbols;
    }

    List<ElfRelocation> relocations() {
        return relocations;
    }

    byte[] code() {
        return code;
    }

    byte[] data() {
        return data;
    }

    /** Returns the table of the function that runs first; empty if there is none. */
    byte[] runFirst() {
        return runFirst;
    }

    ThreadLocals threadLocals() {
        return threadLocals;
    }

    boolean isStatic() {
        return isStatic;
    }
}
