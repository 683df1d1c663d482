package dev.orcinus.daemon.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CrashFolderTest {
    @TempDir Path folder;

    @Test
    void aReportIsTakenOnce() throws Exception {
        CrashFolder crashes = new CrashFolder(folder);
        Path file = crashes.file("17");
        try (InputStream report = getClass().getResourceAsStream("segv-in-libc.txt")) {
            Files.copy(report, file);
        }
        assertEquals("SIGSEGV", crashes.take(17).orElseThrow().signal());
        assertFalse(Files.exists(file));
        assertEquals(Optional.empty(), crashes.take(17));
    }

    @Test
    void aWorkerWithoutAReportHasNotCrashed() throws Exception {
        CrashFolder crashes = new CrashFolder(folder);
        Files.writeString(crashes.file("17"), "not HotSpot's");
        assertEquals(Optional.empty(), crashes.take(18));
        assertEquals(Optional.empty(), crashes.take(17), "what cannot be read is none");
    }
}
