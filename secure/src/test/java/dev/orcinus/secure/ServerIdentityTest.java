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
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServerIdentityTest {
    @TempDir Path base;

    @Test
    void twoDaemonsThatStartAtOnceHaveOneCertificate() throws Exception {
        Path folder = base.resolve("config/orcinus");
        List<Fingerprint> made =
                Stream.of(1, 2)
                        .parallel()
                        .map(
                                _ -> {
                                    try {
                                        return ServerIdentity.of(folder).fingerprint();
                                    } catch (IOException e) {
                                        throw new IllegalStateException(e);
                                    }
                                })
                        .toList();
        assertEquals(made.get(0), made.get(1));
        assertEquals(made.get(0), ServerIdentity.of(folder).fingerprint());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("server.p12")), files.toList());
        }
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("server.p12"))));
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
    }

    @Test
    void theFoldersAboveAreThoseOfTheUser() throws Exception {
        var _ = ServerIdentity.of(base.resolve("config/orcinus"));
        Path usual = Files.createDirectory(base.resolve("usual"));
        assertEquals(
                Files.getPosixFilePermissions(usual),
                Files.getPosixFilePermissions(base.resolve("config")));
    }

    @Test
    void eachLineGetsAnEngine() throws Exception {
        assertDoesNotThrow(ServerIdentity.of(base)::engine);
    }

    @Test
    void aKeyThatOthersMayReadAndADamagedOneAreRefused() throws Exception {
        Path file = Files.writeString(base.resolve("server.p12"), "no certificate");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(message().contains("can be used by other users"), message());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertTrue(
                message().startsWith(file + ": the daemon's certificate cannot be read: "),
                message());
    }

    private String message() {
        return assertThrows(IOException.class, () -> ServerIdentity.of(base)).getMessage();
    }
}
