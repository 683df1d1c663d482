package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.HOST;
import static dev.orcinus.platform.linux.TestHost.unmap;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SharedObjectsTest {
    private static final GuestMemory MEMORY = GUEST.memory();
    private static final Duration OLD = Duration.ofMinutes(2);

    @BeforeAll
    static void needsSharedMemory() {
        assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "no shared memory: /dev/shm is missing");
    }

    @Test
    void anObjectIsOursAloneAndBacksTheMapping() throws Exception {
        SharedMapping mapping = MEMORY.mapShared(10);
        assertTrue(mapping.name().matches("/orcinus-" + HOST.process().pid() + "-[0-9a-f]{32}"));
        assertEquals(MEMORY.pageSizeBytes(), mapping.range().sizeBytes());
        Path file = file(mapping);
        assertEquals(
                PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
        MEMORY.fill(mapping.range()).setString(0, "shared");
        byte[] start = new byte[6];
        System.arraycopy(Files.readAllBytes(file), 0, start, 0, start.length);
        assertArrayEquals("shared".getBytes(UTF_8), start);
        MEMORY.unlinkShared(mapping.name());
        MEMORY.unlinkShared(mapping.name());
        assertFalse(Files.exists(file));
        byte[] first = new byte[1];
        assertTrue(MEMORY.tryRead(mapping.range().start(), MemorySegment.ofArray(first)));
        assertEquals('s', first[0]);
        unmap(mapping.range());
    }

    @Test
    void whatOneProcessLeftIsRemovedAndNothingElse() throws Exception {
        SharedMapping first = MEMORY.mapShared(1);
        SharedMapping second = MEMORY.mapShared(1);
        assertNotEquals(first.name(), second.name());
        Path others = otherProcessesObject();
        HOST.process().unlinkSharedMemoryOf(HOST.process().pid());
        assertFalse(Files.exists(file(first)));
        assertFalse(Files.exists(file(second)));
        assertTrue(Files.exists(others));
        Files.delete(others);
        unmap(first.range());
        unmap(second.range());
    }

    @Test
    void whatKilledProcessesLeftIsRemovedUnlessItIsNew() throws Exception {
        long ended = endedProcess();
        Path old = left(ended, OLD);
        Path fresh = left(ended, Duration.ZERO);
        Path oldOfOurId = left(HOST.process().pid(), OLD);
        Path oldOfLiving = left(1, OLD);
        Path oldOfUser = withAge("orcinus-notes-", OLD);
        try {
            SharedObjects.unlinkAbandoned();
            assertFalse(Files.exists(old));
            assertFalse(Files.exists(oldOfOurId));
            assertTrue(Files.exists(fresh));
            assertTrue(Files.exists(oldOfLiving));
            assertTrue(Files.exists(oldOfUser), "no process has made it");
        } finally {
            for (Path file : List.of(old, fresh, oldOfOurId, oldOfLiving, oldOfUser)) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Test
    void aNameThatCannotBeRemovedIsAnError() throws IOException {
        Path folder = Files.createTempDirectory(Path.of("/dev/shm"), "orcinus-folder-");
        try {
            assertThrows(
                    HostCallException.class, () -> MEMORY.unlinkShared("/" + folder.getFileName()));
        } finally {
            Files.delete(folder);
        }
    }

    private static long endedProcess() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    private static Path left(long pid, Duration age) throws IOException {
        return withAge("orcinus-" + pid + "-", age);
    }

    private static Path withAge(String prefix, Duration age) throws IOException {
        Path file = Files.createTempFile(Path.of("/dev/shm"), prefix, "");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private static Path otherProcessesObject() throws IOException {
        return Files.createTempFile(
                Path.of("/dev/shm"), "orcinus-" + HOST.process().pid() + "0-", "");
    }

    private static Path file(SharedMapping mapping) {
        return Path.of("/dev/shm" + mapping.name());
    }
}
