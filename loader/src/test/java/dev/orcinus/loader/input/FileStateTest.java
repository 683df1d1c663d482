package dev.orcinus.loader.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FileStateTest {
    private static final FileTime MODIFIED = FileTime.fromMillis(4_000);
    private static final FileTime CHANGED = FileTime.fromMillis(5_000);
    private static final FileState STATE = new FileState(1, 2, 3, MODIFIED, CHANGED);

    @Test
    void statesOfTheSameContentAreEqual() {
        FileState again =
                new FileState(1, 2, 3, FileTime.fromMillis(4_000), FileTime.fromMillis(5_000));
        assertEquals(STATE, again);
        assertEquals(STATE.hashCode(), again.hashCode());
        assertFalse(STATE.equals(null));
    }

    @Test
    void eachPartCounts() {
        List<FileState> others =
                List.of(
                        new FileState(9, 2, 3, MODIFIED, CHANGED),
                        new FileState(1, 9, 3, MODIFIED, CHANGED),
                        new FileState(1, 2, 9, MODIFIED, CHANGED),
                        new FileState(1, 2, 3, CHANGED, CHANGED),
                        new FileState(1, 2, 3, MODIFIED, MODIFIED));
        for (FileState other : others) {
            assertNotEquals(STATE, other);
            assertNotEquals(STATE.hashCode(), other.hashCode(), other::toString);
        }
    }
}
