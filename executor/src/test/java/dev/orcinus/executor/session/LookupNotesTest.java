package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LookupNotesTest {
    private static final ExecutorAddress ADDRESS = new ExecutorAddress(0x1000);

    private final LookupNotes notes = new LookupNotes();

    @Test
    void onlyThoseAreKeptThatAreWanted() {
        notes.note("before", ADDRESS);
        assertEquals(Optional.empty(), notes.nameOf(ADDRESS));
        notes.keep();
        assertEquals(Optional.empty(), notes.nameOf(ADDRESS));
        notes.note("first", ADDRESS);
        notes.note("alias", ADDRESS);
        assertEquals(Optional.of("alias"), notes.nameOf(ADDRESS));
        assertEquals(Optional.empty(), notes.nameOf(ADDRESS.plus(1)));
    }
}
