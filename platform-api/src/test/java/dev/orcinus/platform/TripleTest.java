package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class TripleTest {
    @Test
    void architectureIsThePartBeforeTheFirstHyphen() {
        assertEquals("x86_64", new Triple("x86_64-pc-linux-gnu").arch());
        assertEquals("aarch64", new Triple("aarch64").arch());
        assertEquals("aarch64", new Triple("arm64-apple-macosx13").arch());
        assertEquals("x86_64-pc-linux-gnu", new Triple("x86_64-pc-linux-gnu").toString());
    }

    @Test
    void refusesToBeEmpty() {
        assertThrows(IllegalArgumentException.class, () -> new Triple(""));
    }
}
