package dev.orcinus.platform.spi.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CallOutcomeTest {
    @Test
    void aCallThatReturnsHasAValue() {
        CallOutcome<Long> outcome = CallOutcome.returned(7L);
        assertFalse(outcome.isGone());
        assertEquals(7, outcome.value());
        assertEquals(Optional.empty(), outcome.end());
    }

    @Test
    void aCallWhoseGuestIsGoneSaysHow() {
        GuestEnd end = new GuestEnd.Exited(3);
        CallOutcome<Long> outcome = CallOutcome.gone(end);
        assertTrue(outcome.isGone());
        assertEquals(Optional.of(end), outcome.end());
        GuestGoneException e = assertThrows(GuestGoneException.class, outcome::value);
        assertSame(end, e.end());
        assertEquals("the guest exited with status 3", e.getMessage());
    }

    @Test
    void anEndIsTheRestOfASentence() {
        ExecutorAddress address = new ExecutorAddress(0x10);
        assertEquals(
                "crashed with signal 11 at " + address,
                new GuestEnd.Crashed(11, address).describe());
        assertEquals(
                "crashed with signal 6", new GuestEnd.Crashed(6, ExecutorAddress.NULL).describe());
        assertEquals(
                "was ended after 20 ms", new GuestEnd.TimedOut(Duration.ofMillis(20)).describe());
        assertEquals("is gone: killed", new GuestEnd.Lost("killed").describe());
    }
}
