package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DescriptorLimitTest {
    @Test
    void sessionsThatFitAreAllowed() {
        assertDoesNotThrow(() -> new DescriptorLimit(1500).require(100));
        assertDoesNotThrow(() -> new DescriptorLimit(-1).require(1_000_000), "without limit");
    }

    @Test
    void sessionsThatDoNotFitAreRefusedWithTheNumbers() {
        IOException refusal =
                assertThrows(IOException.class, () -> new DescriptorLimit(1499).require(100));
        assertEquals(
                "--sessions 100 may need 1500 descriptors, and this process may have 1499 (ulimit"
                        + " -Hn)",
                refusal.getMessage());
    }

    @Test
    void launchesAreAsManyAsHaveTheirDescriptors() {
        assertEquals(3, new DescriptorLimit(270).launches());
        assertEquals(1, new DescriptorLimit(245).launches());
        assertEquals(0, new DescriptorLimit(222).launches());
        assertEquals(0, new DescriptorLimit(10).launches());
        assertEquals(Integer.MAX_VALUE, new DescriptorLimit(-1).launches(), "without limit");
    }

    @Test
    void theSoftLimitOfTheKernelsFileCounts() throws IOException {
        String other =
                "Max processes             62845                62845                processes\n";
        assertEquals(
                new DescriptorLimit(300),
                DescriptorLimit.parse(
                        other + "Max open files            300                  524288   files\n"));
        assertEquals(
                new DescriptorLimit(-1),
                DescriptorLimit.parse(
                        "Max open files            unlimited            unlimited\n"));
        assertThrows(IOException.class, () -> DescriptorLimit.parse(other));
    }

    @Test
    void theLimitOfThisProcessIsAskedFor() {
        assertThrows(IOException.class, () -> DescriptorLimit.requireHere(Integer.MAX_VALUE));
        assertDoesNotThrow(() -> DescriptorLimit.requireHere(1));
    }
}
