package dev.orcinus.platform.spi.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests needs of several parts of a program's code. */
final class ProgramNeedsTest {
    private static final ProgramNeeds OTHERS =
            new ProgramNeeds(List.of("/a.so"), List.of("stdout"), 5, true);

    @Test
    void theLibrariesHaveTheOrderOfTheLaterNeed() {
        ProgramNeeds later = ProgramNeeds.ofLibraries(List.of("/b.so", "/a.so"));
        assertEquals(
                new ProgramNeeds(List.of("/b.so", "/a.so"), List.of("stdout"), 5, true),
                OTHERS.and(later));
    }

    @Test
    void aProcessHasWhatItHasStartedWith() {
        assertTrue(OTHERS.covers(ProgramNeeds.ofLibraries(List.of("/a.so"))));
        assertFalse(OTHERS.covers(ProgramNeeds.ofLibraries(List.of("/b.so"))));
        assertTrue(OTHERS.covers(ProgramNeeds.NONE));
        assertFalse(ProgramNeeds.NONE.covers(OTHERS));
    }
}
