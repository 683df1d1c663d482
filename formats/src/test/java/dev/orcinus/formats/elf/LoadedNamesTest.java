package dev.orcinus.formats.elf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests which names the tables of loaded objects have. */
final class LoadedNamesTest {
    private static final long BASE = 0x7000_0000_0000L;
    private static final int HASH = 0x100;
    private static final int SYMBOLS = 0x200;
    private static final int STRINGS = 0x300;

    private final ByteBuffer object = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);
    private int reads;
    private final LoadedNames names =
            new LoadedNames(
                    (at, sizeBytes) -> {
                        reads++;
                        return MemorySegment.ofArray(object.array()).asSlice(at - BASE, sizeBytes);
                    });
    private int entries;

    private void entry(long tag, long value) {
        object.putLong(16 * entries, tag).putLong(16 * entries + 8, value);
        entries++;
    }

    private void words(int at, int... words) {
        for (int i = 0; i < words.length; i++) {
            object.putInt(at + 4 * i, words[i]);
        }
    }

    /**
     * The hashes are those that GNU's documents give: of {@code printf} 0x156b2bb8, of {@code exit}
     * 0x7c967e3f, of {@code syscall} 0xbac212a0. Symbol 1 is not in the table. The first bucket has
     * a chain of one, the second is empty, the third has a chain of two.
     */
    @Test
    void thoseOfGnusTable() {
        entry(Elf.DT_GNU_HASH, BASE + HASH);
        entry(Elf.DT_HASH, BASE + 0x10_0000); // not looked at
        words(HASH, 3, 2, 1, 6, -1, -1, 2, 0, 3, 0x156b2bb9, 0x7c967e3e, 0xbac212a1);
        names.add(BASE, BASE);
        assertTrue(names.mayHave("printf"));
        assertTrue(names.mayHave("exit"));
        assertTrue(names.mayHave("syscall"));
        assertFalse(names.mayHave("flapenguin.me"));
    }

    /** An empty table of GNU's linkers has a symbol index behind the only symbol, and a bucket. */
    @Test
    void anEmptyTableHasNone() {
        entry(Elf.DT_GNU_HASH, BASE + HASH);
        words(HASH, 1, 1, 1, 0, 0, 0, 0);
        names.add(BASE, BASE);
        assertFalse(names.mayHave("exit"));
    }

    @Test
    void thoseOfTheSymbolTableIfThereIsOnlyTheOtherOne() {
        entry(Elf.DT_HASH, HASH); // not made absolute
        entry(Elf.DT_SYMTAB, SYMBOLS);
        entry(Elf.DT_STRTAB, STRINGS);
        byte[] strings = "\0malloc\0free\0".getBytes(UTF_8);
        entry(Elf.DT_STRSZ, strings.length);
        words(HASH, 1, 2);
        words(SYMBOLS + ElfSymbol.BYTES, 1);
        object.put(STRINGS, strings);
        names.add(BASE, BASE);
        assertTrue(names.mayHave("malloc"));
        assertFalse(names.mayHave("free"));
    }

    @Test
    void anObjectWithoutATableHasNone() {
        names.add(BASE, BASE);
        assertFalse(names.mayHave("malloc"));
    }

    @Test
    void aTableThatCannotBe() {
        entry(Elf.DT_GNU_HASH, BASE + HASH);
        words(HASH, -1, 1, 1, 0);
        assertThrows(IllegalStateException.class, () -> names.add(BASE, BASE));
    }

    @Test
    void aNameBehindItsTable() {
        entry(Elf.DT_HASH, BASE + HASH);
        entry(Elf.DT_SYMTAB, BASE + SYMBOLS);
        entry(Elf.DT_STRTAB, BASE + STRINGS);
        entry(Elf.DT_STRSZ, 4);
        words(HASH, 1, 2);
        words(SYMBOLS + ElfSymbol.BYTES, 4);
        assertThrows(IllegalStateException.class, () -> names.add(BASE, BASE));
    }

    private void oneName(long stringBytes) {
        entry(Elf.DT_HASH, BASE + HASH);
        entry(Elf.DT_SYMTAB, BASE + SYMBOLS);
        entry(Elf.DT_STRTAB, BASE + STRINGS);
        entry(Elf.DT_STRSZ, stringBytes);
        words(HASH, 1, 2);
        words(SYMBOLS + ElfSymbol.BYTES, 1);
        object.put(STRINGS, "\0free\0".getBytes(UTF_8));
    }

    @Test
    void aNameWithoutAnEnd() {
        oneName(5);
        assertThrows(IllegalStateException.class, () -> names.add(BASE, BASE));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, (1 << 28) + 1, 1L << 32, Long.MAX_VALUE})
    void aTableOfNamesThatCannotBe(long sizeBytes) {
        oneName(sizeBytes);
        assertThrows(IllegalStateException.class, () -> names.add(BASE, BASE));
    }

    /** A read may be a request to the process. */
    @Test
    void manyEntriesAndALongChainTakeFewReads() {
        for (int i = 0; i < 12; i++) {
            entry(Elf.DT_FLAGS, 0);
        }
        entry(Elf.DT_GNU_HASH, BASE + HASH);
        words(HASH, 1, 1, 1, 6, -1, -1, 1);
        for (int i = 0; i < 30; i++) {
            words(HASH + 28 + 4 * i, i == 29 ? 0x7c967e3f : 2 * i);
        }
        names.add(BASE, BASE);
        assertTrue(names.mayHave("exit"));
        assertTrue(reads <= 6, () -> reads + " reads");
    }
}
