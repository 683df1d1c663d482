package dev.orcinus.platform.linux.guestprocess.program;

import dev.orcinus.formats.code.CodeListing;
import dev.orcinus.formats.elf.ElfExecutable;
import dev.orcinus.formats.elf.VersionedSymbol;
import dev.orcinus.platform.linux.Processor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Symbols of libraries that get addresses in the program, in the first 2 GiB of the process, where
 * code with 32-bit addresses reaches them. A static linker does the same for such code: the dynamic
 * linker moves the variables there, and binds the libraries to them; the functions have an entry
 * there, which is their address for all.
 *
 * @param functions the functions
 * @param variables the variables
 */
public record LowSymbols(List<VersionedSymbol> functions, List<Variable> variables) {
    /** No symbols. */
    public static final LowSymbols NONE = new LowSymbols(List.of(), List.of());

    private static final int ENTRY_BYTES = 16;

    private static final CodeListing X64_ENTRY =
            CodeListing.x64(
                    """
                      f30f1efa                  endbr64
                      ff2500000000[word:rel32]  jmpq *word(%rip)
                      660f1f0400                nopw (%rax,%rax)
                      90                        nop
                    """);

    private static final CodeListing AARCH64_ENTRY =
            CodeListing.aarch64(
                    """
                      5f2403d5                    hint #34
                      11000058[word:literal19]    ldr x17, word
                      20021fd6                    br x17
                      1f2003d5                    nop
                    """);

    /** Copies the lists. */
    public LowSymbols {
        functions = List.copyOf(functions);
        variables = List.copyOf(variables);
    }

    /**
     * A variable.
     *
     * @param names all its names
     * @param sizeBytes its size
     * @param alignmentBytes a power of two
     */
    public record Variable(List<VersionedSymbol> names, long sizeBytes, long alignmentBytes) {
        /** Copies the list. */
        public Variable {
            names = List.copyOf(names);
        }
    }

    /** Returns whether there are none: a comparison of records would delay a start. */
    public boolean isEmpty() {
        return functions.isEmpty() && variables.isEmpty();
    }

    /** Returns their names, and those with their versions, as {@code dlvsym} takes them apart. */
    public Set<String> names() {
        Set<String> names = new HashSet<>();
        functions.forEach(function -> addNames(function, names));
        variables.forEach(v -> v.names().forEach(name -> addNames(name, names)));
        return names;
    }

    private static void addNames(VersionedSymbol symbol, Set<String> names) {
        names.add(symbol.name());
        names.add(symbol.name() + "@" + symbol.version());
    }

    /** Returns these and others. */
    public LowSymbols and(LowSymbols others) {
        return new LowSymbols(
                Stream.concat(functions.stream(), others.functions.stream()).toList(),
                Stream.concat(variables.stream(), others.variables.stream()).toList());
    }

    /** Returns the libraries that define them. */
    public Set<String> libraries() {
        Set<String> libraries = new LinkedHashSet<>();
        functions.forEach(function -> libraries.add(function.library()));
        variables.forEach(variable -> libraries.add(variable.names().getFirst().library()));
        return libraries;
    }

    /**
     * Adds them to a program.
     *
     * @param code the code of the program
     * @return the code with the entries behind it
     */
    byte[] addTo(ElfExecutable program, Processor processor, byte[] code) {
        for (Variable variable : variables) {
            program.addCopy(variable.names(), variable.sizeBytes(), variable.alignmentBytes());
        }
        if (functions.isEmpty()) {
            return code;
        }
        int start = code.length + ENTRY_BYTES - 1 & -ENTRY_BYTES;
        byte[] all = Arrays.copyOf(code, start + functions.size() * ENTRY_BYTES);
        int[] words = new int[functions.size()];
        for (int i = 0; i < words.length; i++) {
            words[i] = program.addEntry(functions.get(i), start + i * ENTRY_BYTES);
        }
        int wordsFromCode = program.code(all).wordsFromCode();
        CodeListing listing = processor == Processor.X86_64 ? X64_ENTRY : AARCH64_ENTRY;
        for (int i = 0; i < words.length; i++) {
            int at = start + i * ENTRY_BYTES;
            long word = (long) wordsFromCode + (long) words[i] * Long.BYTES - at;
            byte[] entry = listing.fill().with("word", word).bytes();
            System.arraycopy(entry, 0, all, at, ENTRY_BYTES);
        }
        return all;
    }
}
