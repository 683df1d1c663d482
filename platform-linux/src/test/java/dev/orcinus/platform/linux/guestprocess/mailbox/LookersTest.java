package dev.orcinus.platform.linux.guestprocess.mailbox;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LookersTest {
    @Test
    void eachThatLooksLeavesAProcessorToTheGuest() {
        Lookers lookers = new Lookers(4);
        assertTrue(lookers.enter());
        assertFalse(lookers.areEnough());
        assertTrue(lookers.enter());
        assertTrue(lookers.areEnough());
        assertFalse(lookers.enter());
        lookers.leave();
        assertTrue(lookers.enter(), "one that was refused does not count");
    }

    @Test
    void oneMayAlwaysLook() {
        Lookers lookers = new Lookers(1);
        assertTrue(lookers.enter());
        assertFalse(lookers.enter());
        lookers.leave();
        assertTrue(lookers.enter());
    }
}
