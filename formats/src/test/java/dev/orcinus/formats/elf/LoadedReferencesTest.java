package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.elf.LoadedReferences.Reference;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which words of a loaded object hold the address of a symbol. */
final class LoadedReferencesTest {
    private static final long BASE = 0x7000_0000_0000L;
    private static final int RELA = 0x100;
    private static final int CALLS = 0x200;
    private static final int SYMBOLS = 0x300;
    private static final int STRINGS = 0x400;
    private static final String NAMES = "\0malloc\0free\0";
    private static final int FREE = 8;
    private static final byte GLOBAL = 0x12; // STB_GLOBAL, STT_FUNC

    private final ByteBuffer object = ByteBuffer.allocate(0x500).order(ByteOrder.LITTLE_ENDIAN);
    private int entries;
    private int relocations;
    private int calls;

    private void entry(long tag, long value) {
        object.putLong(16 * entries, tag).putLong(16 * entries + 8, value);
        entries++;
    }

    private void symbol(int index, int name, byte info, int visibility, int section) {
        int at = SYMBOLS + ElfSymbol.BYTES * index;
        object.putInt(at, name).put(at + 4, info).put(at + 5, (byte) visibility);
        object.putShort(at + 6, (short) section);
    }

    private void relocation(long offset, int symbol, long type, long addend) {
        put(RELA + 24 * relocations++, offset, symbol, type, addend);
    }

    private void call(long offset, int symbol, long type) {
        put(CALLS + 24 * calls++, offset, symbol, type, 0);
    }

    private void put(int at, long offset, long symbol, long type, long addend) {
        object.putLong(at, offset).putLong(at + 8, symbol << 32 | type).putLong(at + 16, addend);
    }

    private List<Reference> references(int machine, Predicate<String> isWanted) {
        entry(Elf.DT_SYMTAB, BASE + SYMBOLS);
        entry(Elf.DT_STRTAB, STRINGS); // not made absolute, as in a section that is not writable
        entry(Elf.DT_STRSZ, NAMES.length());
        entry(Elf.DT_RELA, BASE + RELA);
        entry(Elf.DT_RELASZ, 24L * relocations);
        entry(Elf.DT_JMPREL, BASE + CALLS);
        entry(Elf.DT_PLTRELSZ, 24L * calls);
        object.put(STRINGS, NAMES.getBytes(StandardCharsets.UTF_8));
        MemorySegment memory = MemorySegment.ofArray(object.array());
        return LoadedReferences.of(
                (at, sizeBytes) -> memory.asSlice(at - BASE, sizeBytes),
                machine,
                BASE,
                BASE,
                isWanted);
    }

    @ParameterizedTest
    @CsvSource({"62, 1, 6, 7, 8", "183, 257, 1025, 1026, 1027"})
    void variablesAndCallsOfTheProcessorsTypes(
            int machine, long absolute, long table, long call, long relative) {
        symbol(1, 1, GLOBAL, Elf.STV_DEFAULT, 0);
        symbol(2, FREE, GLOBAL, Elf.STV_DEFAULT, 5);
        relocation(0x10, 1, absolute, 4);
        relocation(0x18, 2, table, 0);
        relocation(0x20, 1, relative, 0);
        call(0x28, 1, call);
        assertEquals(
                List.of(
                        new Reference("malloc", BASE + 0x28, 0, false),
                        new Reference("malloc", BASE + 0x10, 4, true),
                        new Reference("free", BASE + 0x18, 0, false)),
                references(machine, _ -> true));
    }

    @Test
    void onlyOfTheNamesThatAreWanted() {
        symbol(1, 1, GLOBAL, Elf.STV_DEFAULT, 0);
        symbol(2, FREE, GLOBAL, Elf.STV_DEFAULT, 0);
        call(0x28, 1, 7);
        call(0x30, 2, 7);
        assertEquals(
                List.of(new Reference("free", BASE + 0x30, 0, false)),
                references(Elf.EM_X86_64, "free"::equals));
    }

    /** A local symbol, and the object's own protected one, are bound to the object itself. */
    @Test
    void noneThatAnotherObjectCannotPreempt() {
        symbol(1, 1, (byte) 0x02, Elf.STV_DEFAULT, 5);
        symbol(2, FREE, GLOBAL, Elf.STV_PROTECTED, 5);
        symbol(3, FREE, GLOBAL, Elf.STV_PROTECTED, 0);
        call(0x28, 1, 7);
        call(0x30, 2, 7);
        call(0x38, 3, 7);
        assertEquals(
                List.of(new Reference("free", BASE + 0x38, 0, false)),
                references(Elf.EM_X86_64, _ -> true));
    }

    @ParameterizedTest
    @CsvSource({"16, 0", "30, 2"})
    void noneOfItsOwnIfTheObjectBindsThemToItself(int tag, long value) {
        entry(tag, value);
        symbol(1, 1, GLOBAL, Elf.STV_DEFAULT, 0);
        symbol(2, FREE, GLOBAL, Elf.STV_DEFAULT, 5);
        call(0x28, 1, 7);
        call(0x30, 2, 7);
        assertEquals(
                List.of(new Reference("malloc", BASE + 0x28, 0, false)),
                references(Elf.EM_X86_64, _ -> true));
    }

    @Test
    void anObjectWithoutRelocationsHasNone() {
        assertEquals(List.of(), references(Elf.EM_X86_64, _ -> true));
    }
}
