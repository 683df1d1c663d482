package dev.orcinus.formats.elf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds a small ELF executable that can be loaded at any address: code, some words that it can
 * write, of which the dynamic linker fills the first with the addresses of imported functions, and
 * one word of thread-local storage. {@link #write} gives it the simplest layout that the kernel,
 * the dynamic linker of glibc, and GDB read. Source: the ELF gABI, "Program Loading and Dynamic
 * Linking". One thread at a time may use it.
 */
public final class ElfExecutable {
    private final int machine;
    private final Set<String> needed = new LinkedHashSet<>();
    private final List<String> imports = new ArrayList<>();
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private byte[] code = {};
    private int extraWords;

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

    int wordCount() {
        return imports.size() + extraWords;
    }
}
