package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.elf.LoadedFunctions.Word;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests which functions of a loaded object the dynamic linker calls, and how it is kept from it.
 */
final class LoadedFunctionsTest {
    private static final long BASE = 0x7000_0000_0000L;
    private static final long IDLE = 0x7fff_0000_0010L;
    private static final int ARRAY = 0x200;
    private static final int STRINGS = 0x300;

    private final ByteBuffer object = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);
    private int entries;

    /** Adds an entry, and returns the address of its value. */
    private long entry(int tag, long value) {
        int at = 16 * entries++;
        object.putLong(at, tag).putLong(at + 8, value);
        return BASE + at + 8;
    }

    private LoadedFunctions functions() {
        MemorySegment memory = MemorySegment.ofArray(object.array());
        return new LoadedFunctions(
                (at, sizeBytes) -> memory.asSlice(at - BASE, sizeBytes), BASE, BASE);
    }

    @Test
    void theOldInitializerComesFirst() {
        entry(Elf.DT_INIT_ARRAY, ARRAY);
        entry(Elf.DT_INIT_ARRAYSZ, 16);
        entry(Elf.DT_INIT, 0x1000);
        object.putLong(ARRAY, BASE + 0x1100).putLong(ARRAY + 8, BASE + 0x1200);
        assertEquals(
                List.of(BASE + 0x1000, BASE + 0x1100, BASE + 0x1200), functions().initializers());
    }

    @Test
    void anObjectWithoutFunctionsHasNone() {
        entry(Elf.DT_STRTAB, STRINGS);
        assertEquals(List.of(), functions().initializers());
        assertEquals(List.of(), functions().words(IDLE));
        assertFalse(functions().comesFirst());
    }

    /** The dynamic linker adds the object's address to those of functions. */
    @Test
    void theWordsThatTellWhatToCall() {
        long size = entry(Elf.DT_INIT_ARRAYSZ, 16);
        long end = entry(Elf.DT_FINI, 0x2000);
        long begin = entry(Elf.DT_INIT, 0x1000);
        long endSize = entry(Elf.DT_FINI_ARRAYSZ, 8);
        assertEquals(
                List.of(
                        new Word(begin, 0x1000, IDLE - BASE),
                        new Word(end, 0x2000, IDLE - BASE),
                        new Word(size, 16, 0),
                        new Word(endSize, 8, 0)),
                functions().words(IDLE));
    }

    @Test
    void theNamesOfTheObjectAndOfThoseThatItNeeds() {
        entry(Elf.DT_NEEDED, 1);
        entry(Elf.DT_NEEDED, 5);
        entry(Elf.DT_SONAME, 9);
        entry(Elf.DT_STRTAB, BASE + STRINGS);
        assertEquals(List.of(BASE + STRINGS + 9), functions().ownName());
        assertEquals(List.of(BASE + STRINGS + 1, BASE + STRINGS + 5), functions().neededNames());
    }

    @Test
    void oneThatIsInitializedBeforeAllOthers() {
        entry(Elf.DT_FLAGS_1, Elf.DF_1_INITFIRST | 1);
        assertTrue(functions().comesFirst());
    }
}
