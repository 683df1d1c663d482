package dev.orcinus.formats.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.FileBytes;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Tests that rows are the same in any order in which they are read. */
final class RowsTest {
    private static final int WORDS = 3;
    private static final int HEAD_WORDS = 2;

    /** More rows than are kept: blocks of 1,024, and 64 of them. */
    private static final int COUNT = (65 << 10) + 5;

    private final Rows rows;
    private final Rows ordered;

    RowsTest() {
        long[] words = new long[HEAD_WORDS + COUNT * WORDS];
        for (int i = 0; i < words.length; i++) {
            words[i] = (long) i - HEAD_WORDS;
        }
        FileBytes bytes = new FileBytes("table", MemorySegment.ofArray(words));
        int start = HEAD_WORDS * Long.BYTES;
        this.rows = Rows.inAnyOrder(bytes, start, COUNT, WORDS * Long.BYTES);
        this.ordered = Rows.inOrder(bytes, start, COUNT, WORDS * Long.BYTES);
    }

    private void assertWord(int row, int word) {
        assertEquals((long) row * WORDS + word, rows.word(row, word));
        assertEquals((long) row * WORDS + word, ordered.word(row, word));
    }

    @Test
    void eachRowIsReadAlsoIfOthersHaveItsPlace() {
        for (int block : new int[] {0, 64, 0, 63, 1, 65, 1}) {
            int first = block << 10;
            assertWord(first, 0);
            if (block < 65) {
                assertWord(first + 1023, 2);
            }
        }
        assertWord(COUNT - 1, 2);
    }

    @Test
    void oneBlockIsTheWholeOfASmallTable() {
        FileBytes bytes = new FileBytes("table", MemorySegment.ofArray(new long[] {7, 8, 9, 10}));
        Rows small = Rows.inOrder(bytes, 0, 2, 2 * Long.BYTES);
        assertEquals(10, small.word(1, 1));
        assertEquals(7, small.word(0, 0));
    }

    @Test
    void manyRowsAtOnceEndWithTheTable() {
        assertEquals(4096 * WORDS, rows.words(1).length);
        assertArrayEquals(
                new long[] {(COUNT - 1L) * WORDS, (COUNT - 1L) * WORDS + 1, COUNT * 3L - 1},
                rows.words(COUNT - 1));
    }
}
