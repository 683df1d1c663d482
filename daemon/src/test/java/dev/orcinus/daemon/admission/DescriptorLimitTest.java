package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DescriptorLimitTest {
    @Test
    void sessionsThatFitAreAllowed() {
        assertDoesNotThrow(() -> new DescriptorLimit(900).require(100));
        assertDoesNotThrow(() -> new DescriptorLimit(-1).require(1_000_000), "without limit");
    }

    @Test
    void sessionsThatDoNotFitAreRefusedWithTheNumbers() {
        IOException refusal =
                assertThrows(IOException.class, () -> new DescriptorLimit(899).require(100));
        assertEquals(
                "--sessions 100 may need 900 descriptors, and this process may have 899 (ulimit"
                        + " -Hn)",
                refusal.getMessage());
    }

    @Test
    void theLimitOfThisProcessIsAskedFor() {
        assertThrows(IOException.class, () -> DescriptorLimit.requireHere(Integer.MAX_VALUE));
        assertDoesNotThrow(() -> DescriptorLimit.requireHere(1));
    }
}
