package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static dev.orcinus.platform.linux.TestHost.HOST;
import static dev.orcinus.platform.linux.TestHost.unmap;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class SharedObjectsTest {
    private static final GuestMemory MEMORY = GUEST.memory();

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

    private static Path otherProcessesObject() throws IOException {
        return Files.createTempFile(
                Path.of("/dev/shm"), "orcinus-" + HOST.process().pid() + "0-", "");
    }

    private static Path file(SharedMapping mapping) {
        return Path.of("/dev/shm" + mapping.name());
    }
}
