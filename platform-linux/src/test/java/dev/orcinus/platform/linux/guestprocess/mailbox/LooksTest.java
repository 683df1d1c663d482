package dev.orcinus.platform.linux.guestprocess.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LooksTest {
    private static final int MOST = 30;

    private final Looks looks = new Looks(MOST);

    private void note(int times, boolean helped, boolean wasQuick) {
        for (int i = 0; i < times; i++) {
            looks.note(helped, wasQuick);
        }
    }

    @Test
    void whoLooksInVainSleeps() {
        note(Looks.MOST_USELESS - 1, false, false);
        assertEquals(MOST, looks.count());
        note(1, true, false);
        note(Looks.MOST_USELESS - 1, false, false);
        assertEquals(MOST, looks.count(), "not one after the other");
        note(1, false, false);
        assertEquals(0, looks.count());
    }

    /** Three libraries are opened, which takes long, and then many short calls come. */
    @Test
    void whoSleepsLooksAgainWhenMessagesComeQuickly() {
        note(Looks.MOST_USELESS, false, false);
        note(100, false, false);
        assertEquals(0, looks.count(), "they come slowly");
        note(Looks.FEWEST_QUICK, false, true);
        assertEquals(MOST, looks.count());
        note(1, true, false);
        note(Looks.MOST_USELESS - 1, false, false);
        assertEquals(MOST, looks.count(), "as at first");
    }

    /** A machine with one processor: looking never helps, and all is quick that sleeps. */
    @Test
    void triesThatFailBecomeRare() {
        note(Looks.MOST_USELESS, false, false);
        int tries = 0;
        for (int i = 0; i < 10_000; i++) {
            tries += looks.count() == 0 ? 0 : 1;
            note(1, false, true);
        }
        assertTrue(tries < 50, "tries: " + tries);
    }
}
