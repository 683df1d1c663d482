package dev.orcinus.secure;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KnownHostsTest {
    private static final Fingerprint ONE = new Fingerprint("1".repeat(64));
    private static final Fingerprint TWO = new Fingerprint("2".repeat(64));

    @TempDir Path folder;
    private Path file;
    private KnownHosts known;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("config/orcinus/known_hosts");
        known = new KnownHosts(file);
    }

    @Test
    void theFileAndItsFolderAreTheUsersOnly() throws Exception {
        known.check("host:1", ONE);
        known.add("host:1", ONE);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
        known.check("host:1", ONE);
        known.check("host:11", TWO);
        assertThrows(AccessException.class, () -> known.check("host:1", TWO));
    }

    @Test
    void whatTheUserHasWrittenStays() throws Exception {
        Files.createDirectories(file.getParent());
        String own = "# mine\n\n  host:1   SHA256:" + TWO.hex() + "   # 3rd floor";
        Files.writeString(file, own); // its last line is not ended
        known.check("host:1", TWO);
        known.add("host:1", ONE);
        known.add("other:2", ONE);
        assertTrue(Files.readString(file).startsWith(own + "\nother:2 " + ONE + " 2"));
        assertDoesNotThrow(() -> known.check("other:2", ONE));
    }

    @Test
    void aLineThatCannotBeReadIsAnError() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "host:1 SHA256:12\n");
        String message =
                assertThrows(IOException.class, () -> known.check("host:1", ONE)).getMessage();
        assertEquals(
                file
                        + ": the line 'host:1 SHA256:12': 'SHA256:12' is no fingerprint: SHA256: and"
                        + " 64 hexadecimal digits",
                message);
        known.check("host:2", ONE);
    }

    @Test
    void aLineMayHaveNoDate() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "host:1 SHA256:" + TWO.hex() + "\nhost:2\n");
        known.check("host:1", TWO);
        assertEquals(
                "host:1's certificate has changed since some day: fingerprint "
                        + ONE
                        + ", expected "
                        + TWO
                        + ". If that is right, remove its line from "
                        + file,
                assertThrows(AccessException.class, () -> known.check("host:1", ONE)).getMessage());
        assertTrue(
                assertThrows(IOException.class, () -> known.check("host:2", ONE))
                        .getMessage()
                        .startsWith(file + ": the line 'host:2': '' is no fingerprint"));
    }

    @Test
    void manyAtOnceWriteOneLineForEachDaemon() throws Exception {
        IntStream.range(0, 200)
                .parallel()
                .forEach(i -> assertDoesNotThrow(() -> known.add("host:" + i % 10, ONE)));
        List<String> lines = Files.readAllLines(file);
        assertEquals(10, lines.size(), lines::toString);
        assertEquals(10, lines.stream().distinct().count());
    }
}
