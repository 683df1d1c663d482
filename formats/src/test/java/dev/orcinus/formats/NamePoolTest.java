package dev.orcinus.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests that a pool has one text for each name, however many there are. */
final class NamePoolTest {
    private static final int LARGE_BYTES = 1 << 20;
    private static final int MANY = 10_000;

    private static byte[] table(String... names) {
        return (String.join("\0", names) + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aNameOfTwoTablesIsOneText() {
        NamePool pool = new NamePool(LARGE_BYTES, 1);
        String first = pool.at(table("a", "name"), 2);
        assertEquals("name", first);
        assertSame(first, pool.at(table("other", "name"), 6));
        assertEquals("ame", pool.at(table("name"), 1));
        assertEquals("", pool.at(table("name"), 4));
    }

    @Test
    void aNameWithoutAnEndIsNone() {
        assertNull(new NamePool(LARGE_BYTES, 1).at(new byte[] {'a', 'b'}, 0));
        assertNull(new NamePool(LARGE_BYTES, 1).at(new byte[0], 0));
    }

    @Test
    void namesThatAreNotAsciiAreDecoded() {
        NamePool pool = new NamePool(LARGE_BYTES, 1);
        assertEquals("größe_変数", pool.at(table("größe_変数"), 0));
        assertEquals("\ufffd", pool.at(new byte[] {(byte) 0xff, 0}, 0));
    }

    @Test
    void manyNamesAreFoundAgain() {
        NamePool pool = new NamePool(LARGE_BYTES, 1);
        String[] texts = new String[MANY];
        for (int i = 0; i < MANY; i++) {
            texts[i] = pool.at(table("symbol" + i), 0);
        }
        for (int i = 0; i < MANY; i++) {
            assertSame(texts[i], pool.at(table("symbol" + i), 0));
            assertEquals("symbol" + i, texts[i]);
        }
        assertEquals(MANY, pool.size());
    }

    @Test
    void aFullPoolStartsAnew() {
        NamePool pool = new NamePool(100, 1);
        String first = pool.at(table("123456"), 0);
        assertSame(first, pool.at(table("123456"), 0));
        assertEquals("abcdef", pool.at(table("abcdef"), 0));
        assertEquals(1, pool.size());
        assertNotSame(first, pool.at(table("123456"), 0));
        assertEquals("longer than all", pool.at(table("longer than all"), 0));
        assertEquals(0, pool.size());
    }

    @Test
    void shortNamesCountWithTheMemoryThatTheyTake() {
        NamePool pool = new NamePool(LARGE_BYTES, 1);
        int most = 0;
        for (int i = 0; i < 2 * MANY; i++) {
            pool.at(table("s" + i), 0);
            most = Math.max(most, pool.size());
        }
        assertTrue(most > MANY && most < LARGE_BYTES / 80, most + " names");
    }

    @Test
    void threadsThatReadTheSameNamesGetTheSameTexts() throws InterruptedException {
        NamePool pool = new NamePool(16 * LARGE_BYTES, 16);
        byte[][] tables = new byte[MANY][];
        for (int i = 0; i < MANY; i++) {
            tables[i] = table("symbol" + i);
        }
        String[][] texts = new String[4][MANY];
        List<Thread> threads = new ArrayList<>();
        for (String[] own : texts) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int i = 0; i < MANY; i++) {
                                            own[i] = pool.at(tables[i], 0);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(MANY, pool.size());
        for (int i = 0; i < MANY; i++) {
            assertEquals("symbol" + i, texts[0][i]);
            for (String[] own : texts) {
                assertSame(texts[0][i], own[i]);
            }
        }
    }
}
