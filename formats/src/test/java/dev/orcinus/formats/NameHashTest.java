package dev.orcinus.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests that names cannot be chosen so that their hashes are equal. */
final class NameHashTest {
    private static final int WORD_BYTES = 128;
    private static final int WORDS = 10;

    /** Two random hashes of a thousand are equal in one of ten thousand JVMs, and four never. */
    private static final int FEWEST = (1 << WORDS) - 3;

    /** Returns a Thue-Morse word of {@link #WORD_BYTES}, or that with the two letters exchanged. */
    private static String word(boolean exchanged) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < WORD_BYTES; i++) {
            word.append(((Integer.bitCount(i) & 1) == 1) == exchanged ? 'a' : 'b');
        }
        return word.toString();
    }

    private static String name(int bits) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            name.append(word((bits >> i & 1) == 1));
        }
        return name.toString();
    }

    private static int hash(String name) {
        byte[] bytes = ("-" + name + "-").getBytes(StandardCharsets.UTF_8);
        return NameHash.of(bytes, 1, bytes.length - 1);
    }

    @Test
    void thueMorseWordsHaveDifferentHashes() {
        Set<Integer> hashes = new HashSet<>();
        for (int bits = 0; bits < 1 << WORDS; bits++) {
            hashes.add(hash(name(bits)));
        }
        assertTrue(hashes.size() >= FEWEST, hashes.size() + " hashes");
    }

    @Test
    void aPartOfAnArrayHasTheHashOfItsBytes() {
        byte[] name = {'n', (byte) 0xe4};
        long state = NameHash.add(NameHash.add(NameHash.START, name[0]), name[1]);
        assertEquals(NameHash.of(state), NameHash.of(name, 0, name.length));
        assertEquals(NameHash.of(NameHash.START), hash(""));
    }
}
