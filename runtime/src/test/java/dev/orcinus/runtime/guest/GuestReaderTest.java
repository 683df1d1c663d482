package dev.orcinus.runtime.guest;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import org.junit.jupiter.api.Test;

final class GuestReaderTest {
    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final GuestReader reader = new GuestReader(memory);
    private final ExecutorAddress start = memory.pages(PAGE, MemProt.READ).start();
    private final ExecutorAddress end = start.plus(PAGE);

    private String text(ExecutorAddress address) {
        return new String(reader.text(address, PAGE).orElseThrow(), UTF_8);
    }

    @Test
    void wordsAreReadTogetherOrNotAtAll() {
        memory.put(start, new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 2});
        assertArrayEquals(new long[] {1, 2}, reader.words(start, 2).orElseThrow());
        assertTrue(reader.words(end, 1).isEmpty());
        assertTrue(reader.words(new ExecutorAddress(end.value() - 8), 2).isEmpty());
    }

    @Test
    void aTextEndsAtItsNul() {
        for (int at : new int[] {0, 1, 63, 64, 65}) {
            memory.put(start.plus(at), "gr\u00fc\u00df Gott\0x".getBytes(UTF_8));
            assertEquals("gr\u00fc\u00df Gott", text(start.plus(at)));
        }
        assertEquals("", text(start.plus(PAGE / 2)));
    }

    @Test
    void aTextMayEndWhereMemoryEnds() {
        memory.put(new ExecutorAddress(end.value() - 4), "abc\0".getBytes(UTF_8));
        assertEquals("abc", text(new ExecutorAddress(end.value() - 4)));
    }

    @Test
    void aTextWithoutAnEndIsNone() {
        memory.put(new ExecutorAddress(end.value() - 4), "abcd".getBytes(UTF_8));
        assertTrue(reader.text(new ExecutorAddress(end.value() - 4), PAGE).isEmpty());
        assertTrue(reader.text(end, PAGE).isEmpty());
        memory.put(start, "a".repeat(200).getBytes(UTF_8));
        assertTrue(reader.text(start, 128).isEmpty(), "longer than asked for");
        assertEquals(200, text(start).length());
        assertTrue(reader.text(start, 199).isEmpty(), "one byte longer than asked for");
        assertEquals(200, reader.text(start, 200).orElseThrow().length);
    }

    /** A call of the system for each 64 bytes would take seconds for a long text. */
    @Test
    void aLongTextIsReadPageByPage() {
        ExecutorAddress many = memory.pages(64 * PAGE, MemProt.READ).start();
        byte[] text = "b".repeat((int) (64 * PAGE) - 10).getBytes(UTF_8);
        memory.put(many.plus(5), text);
        int before = memory.reads();
        assertArrayEquals(text, reader.text(many.plus(5), 64 * PAGE).orElseThrow());
        int reads = memory.reads() - before;
        assertTrue(reads <= 66, reads + " reads of 64 pages");
    }

    /** The text ends where a step does; its NUL is in the next one. */
    @Test
    void aTextMayBeExactlyAsLongAsAllowed() {
        for (int length : new int[] {63, 64, 65}) {
            memory.put(start, ("c".repeat(length) + '\0').getBytes(UTF_8));
            assertEquals(length, reader.text(start, length).orElseThrow().length);
            assertTrue(reader.text(start, length - 1).isEmpty(), "one byte more than allowed");
        }
        memory.put(start, new byte[] {0});
        assertEquals(0, reader.text(start, 0).orElseThrow().length);
    }
}
