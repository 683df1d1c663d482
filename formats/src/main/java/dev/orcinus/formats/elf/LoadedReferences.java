package dev.orcinus.formats.elf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The references by name of a shared object that the dynamic linker has loaded: the words that it
 * has set, or will set on the first call, to the address of a symbol (System V ABI, "Dynamic
 * Linking"). It is for one object.
 */
public final class LoadedReferences {
    private static final int RELA_BYTES = 24;
    private static final int ST_INFO = 4;
    private static final int ST_OTHER = 5;
    private static final int ST_SHNDX = 6;
    private static final int BINDING_SHIFT = 4;
    private static final int VISIBILITY_MASK = 3;
    private static final int TYPE_SHIFT = 32;
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final LoadedMemory memory;
    private final long base;
    private final List<Long> types;
    private final LoadedTables tables;
    private final List<Reference> found = new ArrayList<>();

    /**
     * A reference.
     *
     * @param symbol the name, without a version
     * @param address where the word is
     * @param addend what is added to the address of the symbol
     * @param isVariable whether it is a variable, which code may have changed since it was set
     */
    public record Reference(String symbol, long address, long addend, boolean isVariable) {}

    /** Returns how many bytes {@code DT_INIT_ARRAY} of an object has: its initializers. */
    public static long initializerBytes(LoadedMemory memory, long base, long dynamic) {
        return new LoadedTables(memory, base, dynamic).entry(Elf.DT_INIT_ARRAYSZ);
    }

    private LoadedReferences(LoadedMemory memory, int machine, long base, long dynamic) {
        this.memory = memory;
        this.base = base;
        this.types = typesOf(machine);
        this.tables = new LoadedTables(memory, base, dynamic);
    }

    /**
     * Returns the references of an object to symbols that another object may preempt.
     *
     * @param machine {@code e_machine}
     * @param base {@code l_addr} of the object's {@code link_map}
     * @param dynamic {@code l_ld} of it
     * @param isWanted of which names
     */
    public static List<Reference> of(
            LoadedMemory memory, int machine, long base, long dynamic, Predicate<String> isWanted) {
        LoadedReferences references = new LoadedReferences(memory, machine, base, dynamic);
        references.find(isWanted);
        return references.found;
    }

    /** Returns the types of relocations that hold the address of a symbol alone. */
    private static List<Long> typesOf(int machine) {
        return switch (machine) {
            case Elf.EM_X86_64 -> List.of(1L, 6L, 7L); // R_X86_64_{64,GLOB_DAT,JUMP_SLOT}
            case Elf.EM_AARCH64 -> List.of(257L, 1025L, 1026L); // R_AARCH64_{ABS64,...}
            default -> throw new IllegalArgumentException("machine " + machine);
        };
    }

    private boolean isSymbolic() {
        return tables.has(Elf.DT_SYMBOLIC) || (tables.entry(Elf.DT_FLAGS) & Elf.DF_SYMBOLIC) != 0;
    }

    private void find(Predicate<String> isWanted) {
        MemorySegment calls = table(Elf.DT_JMPREL, Elf.DT_PLTRELSZ);
        MemorySegment others = table(Elf.DT_RELA, Elf.DT_RELASZ);
        int last = Math.max(lastSymbol(calls), lastSymbol(others));
        if (last == 0) {
            return;
        }
        MemorySegment symbols =
                memory.read(tables.address(Elf.DT_SYMTAB), (last + 1L) * ElfSymbol.BYTES);
        MemorySegment strings = tables.strings();
        add(calls, symbols, strings, isWanted);
        add(others, symbols, strings, isWanted);
    }

    private MemorySegment table(int start, int size) {
        long sizeBytes = tables.entry(size);
        return sizeBytes == 0 ? MemorySegment.NULL : memory.read(tables.address(start), sizeBytes);
    }

    /** Returns the symbol of a relocation; 0 if it has none, or is of another type. */
    private int symbol(MemorySegment table, long at) {
        long info = table.get(WORD, at + Long.BYTES);
        return types.contains(type(table, at)) ? (int) (info >>> TYPE_SHIFT) : 0;
    }

    private static long type(MemorySegment table, long at) {
        return table.get(WORD, at + Long.BYTES) & 0xffff_ffffL;
    }

    private int lastSymbol(MemorySegment table) {
        int last = 0;
        for (long at = 0; at < table.byteSize(); at += RELA_BYTES) {
            last = Math.max(last, symbol(table, at));
        }
        return last;
    }

    private void add(
            MemorySegment table,
            MemorySegment symbols,
            MemorySegment strings,
            Predicate<String> isWanted) {
        boolean isSymbolic = isSymbolic();
        for (long at = 0; at < table.byteSize(); at += RELA_BYTES) {
            int index = symbol(table, at);
            long entry = (long) index * ElfSymbol.BYTES;
            if (index == 0 || !isPreemptible(symbols, entry, isSymbolic)) {
                continue;
            }
            String name = LoadedTables.name(strings, symbols.get(INT, entry));
            if (isWanted.test(name)) {
                long addend = table.get(WORD, at + 2 * Long.BYTES);
                boolean isVariable = type(table, at) == types.getFirst();
                found.add(new Reference(name, base + table.get(WORD, at), addend, isVariable));
            }
        }
    }

    private static boolean isPreemptible(MemorySegment symbols, long entry, boolean isSymbolic) {
        boolean isLocal =
                symbols.get(ValueLayout.JAVA_BYTE, entry + ST_INFO) >> BINDING_SHIFT
                        == Elf.STB_LOCAL;
        boolean isProtected =
                (symbols.get(ValueLayout.JAVA_BYTE, entry + ST_OTHER) & VISIBILITY_MASK)
                        != Elf.STV_DEFAULT;
        boolean isDefined =
                symbols.get(ValueLayout.JAVA_SHORT_UNALIGNED, entry + ST_SHNDX) != Elf.SHN_UNDEF;
        return !isLocal && !(isDefined && (isProtected || isSymbolic));
    }
}
