package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.platform.spi.host.HeldFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a held file stays the same whatever becomes of its name. */
final class HeldByDescriptorTest {
    @TempDir private Path folder;

    @Test
    void itIsReachedAfterItsPathLeadsElsewhere() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "held");
        Object key = Files.readAttributes(file, "unix:ino,ctime");
        Path other = Files.writeString(folder.resolve("b"), "other");
        Path path = Files.createSymbolicLink(folder.resolve("link"), file);
        Path held;
        try (HeldFile hold = HeldByDescriptor.of(path).orElseThrow()) {
            held = hold.path();
            Files.delete(path);
            Files.createSymbolicLink(path, other);
            assertEquals("held", Files.readString(held));
            assertEquals(key, Files.readAttributes(held, "unix:ino,ctime"));
            Files.delete(file);
            assertEquals("held", Files.readString(held));
        }
        assertThrows(NoSuchFileException.class, () -> Files.readString(held));
    }

    @Test
    void whatIsNotThereIsNotHeld() {
        assertEquals(Optional.empty(), HeldByDescriptor.of(folder.resolve("missing")));
    }
}
