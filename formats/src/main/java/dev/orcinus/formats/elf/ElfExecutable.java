package dev.orcinus.formats.elf;

import dev.orcinus.formats.dwarf.CallFrameRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a small ELF executable: code, some words that it can write, of which the dynamic linker
 * fills the first with the addresses of imported functions, and one word of thread-local storage.
 * It can be loaded at any address, unless symbols of libraries get addresses in it: then it is
 * loaded at {@link #FIXED_ADDRESS}. {@link #write} gives it the simplest layout that the kernel,
 * the dynamic linker of glibc, and GDB read. Source: the ELF gABI, "Program Loading and Dynamic
 * Linking". One thread at a time may use it.
 */
public final class ElfExecutable {
    /** The address of an executable that cannot be loaded anywhere. */
    public static final long FIXED_ADDRESS = 0x400000;

    private static final int NOTHING = -1;

    private final int machine;
    private final Set<String> needed = new LinkedHashSet<>();
    private final List<String> imports = new ArrayList<>();
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Copy> copies = new ArrayList<>();
    private final List<Frame> frames = new ArrayList<>();
    private byte[] code = {};
    private int extraWords;
    private long copyBytes;
    private boolean hasExecutableStack;
    private int threadLocalBytes = Long.BYTES;
    private int runFirst = NOTHING;
    private int runFirstWord = NOTHING;

    /** A function of a library whose address is that of a jump in the code. */
    record Entry(VersionedSymbol function, int codeOffset) {}

    /** A part of the code, and the rows of its frame. */
    record Frame(int start, int end, CallFrameRows rows) {}

    /** A variable of a library that lies in the executable, with all its names. */
    record Copy(List<VersionedSymbol> names, long offset, long sizeBytes) {}

    /**
     * An executable without code.
     *
     * @param machine {@code e_machine}, {@link Elf#EM_X86_64} or {@link Elf#EM_AARCH64}
     */
    public ElfExecutable(int machine) {
        this.machine = machine;
    }

    /** Makes the dynamic linker load a library. */
    public ElfExecutable needs(String library) {
        needed.add(library);
        return this;
    }

    /**
     * Imports a function, whose address the dynamic linker writes into a word.
     *
     * @return the index of the word
     */
    public int importFunction(String symbol) {
        imports.add(symbol);
        return imports.size() - 1;
    }

    /**
     * Adds words behind those of the imports, which are zero at the start.
     *
     * @return the index of the first
     */
    public int addWords(int count) {
        int first = imports.size() + extraWords;
        extraWords += count;
        return first;
    }

    /**
     * Makes a place in the code the address of a library's function, for all libraries (AMD64
     * supplement, "Function Addresses").
     *
     * @param codeOffset the place of a jump through the word
     * @return the index of the word that the dynamic linker fills with the library's own address
     */
    public int addEntry(VersionedSymbol function, int codeOffset) {
        entries.add(new Entry(function, codeOffset));
        return imports.size() + extraWords + entries.size() - 1;
    }

    /**
     * Makes the dynamic linker move a variable of a library into the executable, for all libraries,
     * before any of them uses it ({@code R_X86_64_COPY}).
     *
     * @param names all names of the variable, one at least
     */
    public void addCopy(List<VersionedSymbol> names, long sizeBytes, long alignmentBytes) {
        long offset = copyBytes + alignmentBytes - 1 & -alignmentBytes;
        copies.add(new Copy(List.copyOf(names), offset, sizeBytes));
        copyBytes = offset + sizeBytes;
    }

    /**
     * Makes the dynamic linker call a function of the code when all libraries are loaded and bound,
     * and none is initialized, with the arguments of {@code main} ({@code DT_PREINIT_ARRAY}).
     *
     * @param codeOffset its place in the code
     */
    public void runFirst(int codeOffset) {
        runFirst = codeOffset;
        runFirstWord = addWords(1);
    }

    boolean hasRunFirst() {
        return runFirst != NOTHING;
    }

    /** Returns the place in the code of the function that is called before all initializers. */
    int runFirst() {
        return runFirst;
    }

    /** Returns the index of the word with the address of that function. */
    int runFirstWord() {
        return runFirstWord;
    }

    /** Makes its stacks executable. */
    public void executableStack() {
        hasExecutableStack = true;
    }

    /**
     * Makes the storage of thread-locals that exist from the start begin at a multiple of some
     * bytes, and its own part of it as long as that, so that the part ends where the thread pointer
     * of x86-64 points.
     */
    public void alignThreadLocals(int bytes) {
        threadLocalBytes = bytes;
    }

    int threadLocalBytes() {
        return threadLocalBytes;
    }

    boolean hasExecutableStack() {
        return hasExecutableStack;
    }

    /** Sets its code. The program starts at the first instruction. */
    public ElfExecutable code(byte[] bytes) {
        code = bytes;
        return this;
    }

    /** Names a place in the code for debuggers. */
    public ElfExecutable label(String name, int offset) {
        labels.put(name, offset);
        return this;
    }

    /**
     * Tells debuggers how to find the caller of a part of the code. Unwinders of programs end there
     * nevertheless.
     *
     * @param start offset of its first instruction
     * @param end offset behind its last instruction
     */
    public ElfExecutable frame(int start, int end, CallFrameRows rows) {
        frames.add(new Frame(start, end, rows));
        return this;
    }

    List<Frame> frames() {
        return frames;
    }

    /**
     * Returns the distance in bytes from the first byte of the code to the first word. It depends
     * on everything but the bytes of the code.
     */
    public int wordsFromCode() {
        return new ElfExecutableWriter(this).wordsFromCode();
    }

    /** Returns the bytes of its file. */
    public byte[] write() {
        return new ElfExecutableWriter(this).write();
    }

    int machine() {
        return machine;
    }

    Set<String> needed() {
        return needed;
    }

    List<String> imports() {
        return imports;
    }

    Map<String, Integer> labels() {
        return labels;
    }

    byte[] code() {
        return code;
    }

    List<Entry> entries() {
        return entries;
    }

    List<Copy> copies() {
        return copies;
    }

    long copyBytes() {
        return copyBytes;
    }

    /** Returns whether it is loaded at {@link #FIXED_ADDRESS}. */
    boolean isFixed() {
        return !entries.isEmpty() || !copies.isEmpty();
    }

    /** Returns the index of the first word of {@link #addEntry}. */
    int firstEntryWord() {
        return imports.size() + extraWords;
    }

    int wordCount() {
        return imports.size() + extraWords + entries.size();
    }
}
