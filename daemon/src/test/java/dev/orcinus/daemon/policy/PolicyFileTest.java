package dev.orcinus.daemon.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.guest.GuestFiles;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyFileTest {
    @TempDir private Path folder;

    private SessionPolicy read(String text) throws IOException, PolicyException {
        return PolicyFile.read(Files.writeString(folder.resolve("p"), text).toString());
    }

    @Test
    void namesStandForPolicies() throws Exception {
        assertEquals(SessionPolicy.NONE, PolicyFile.read("none"));
        assertTrue(PolicyFile.read("none").isNone());
        GuestPolicy files = PolicyFile.read("files").guest();
        assertTrue(files.files().isPresent() && !files.isStrict());
        assertTrue(PolicyFile.read("strict").guest().isStrict());
        assertEquals("strict", PolicyFile.read("strict").describe());
        assertFalse(PolicyFile.read("strict").isWatched());
    }

    @Test
    void allLinesCount() throws Exception {
        SessionPolicy policy =
                read(
                        """
                        # a comment
                        confine=strict
                          read = %1$s
                        write = %1$s

                        memory = 512M
                        processes = 8
                        cpu = 2m
                        file-size = 1048575
                        open-files = 64
                        time = 1h
                        """
                                .formatted(folder));
        GuestFiles files = policy.guest().files().orElseThrow();
        assertEquals(folder, files.readable().getFirst());
        assertEquals(1, files.readable().size()); // not those of the system
        assertEquals(folder, files.writable().getFirst());
        assertTrue(policy.guest().isStrict());
        assertEquals(new GuestQuota(512L << 20, 8, 120, 1048575, 64), policy.guest().quota());
        assertEquals(Duration.ofHours(1), policy.time());
        assertTrue(policy.isWatched());
        assertEquals(
                folder.resolve("p")
                        + " (strict; memory 512 MiB; 8 processes; 120 CPU seconds; files of"
                        + " 1048575 bytes; 64 open files; 3600 s)",
                policy.describe());
    }

    @Test
    void systemStandsForTheFilesOfTheSystem() throws Exception {
        int ofSystem = SystemFiles.readable().size();
        assertTrue(SystemFiles.readable().contains(Path.of("/usr")));
        assertEquals(ofSystem, readable("confine = files"));
        assertEquals(ofSystem, readable("confine = files\nread = system"));
        assertEquals(ofSystem + 1, readable("confine = files\nread = system\nread = " + folder));
        assertEquals(1, readable("confine = files\nread = " + folder));
    }

    private int readable(String text) throws IOException, PolicyException {
        return read(text).guest().files().orElseThrow().readable().size();
    }

    @Test
    void anEmptyFileAllowsAll() throws Exception {
        SessionPolicy policy = read("\n# nothing\n");
        assertTrue(policy.isNone());
        assertEquals(Optional.empty(), policy.guest().files());
    }

    @Test
    void whatIsNotWatchedCostsNothing() throws Exception {
        assertFalse(read("file-size = 0\nopen-files = 16").isWatched());
        for (String line : new String[] {"memory = 64m", "processes = 1", "cpu = 1s", "time=1ms"}) {
            assertTrue(read(line).isWatched(), line);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "memory | 1 | 'memory' is 64 MiB at least",
                "memory | 67108863 | 'memory' is 64 MiB at least",
                "memory | 64q | '64q' is not a size; write 512m or 16g",
                "memory | 9999999999t | '9999999999t' is too large",
                "file-size | -1 | '-1' is not a size; write 512m or 16g",
                "processes | 0 | 'processes' is 1 at least",
                "processes | many | 'many' is not a number",
                "open-files | 15 | 'open-files' is 16 at least",
                "cpu | 1500ms | 'cpu' is a number of whole seconds",
                "cpu | 0s | 'cpu' is not zero",
                "time | 5 | '5' is not a duration; write 30s, 10m or 2h",
                "confine | all | 'all' is none of none, files and strict",
                "read | /usr | files count only with 'confine = files' or 'strict'",
                "read | usr | 'usr' is not an absolute path",
                "write | /no/such/folder | there is no '/no/such/folder'",
                "colour | red | there is no 'colour'"
            })
    void aWrongValueIsRefusedWithItsLine(String key, String value, String reason)
            throws IOException {
        assertRefused("\n" + key + " = " + value + "\n", 2, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "memory =", "= 1g"})
    void aLineOfAnotherFormIsRefused(String line) throws IOException {
        assertRefused(line, 1, "'" + line + "' is not of the form NAME = VALUE");
    }

    @Test
    void aLineThatStandsTwiceIsRefused() throws IOException {
        assertRefused("time = 1s\n\ntime = 2s", 3, "'time' stands in line 1 already");
    }

    private void assertRefused(String text, int line, String reason) {
        PolicyException refused = assertThrows(PolicyException.class, () -> read(text));
        assertEquals(folder.resolve("p") + ":" + line + ": " + reason, refused.getMessage());
    }

    @Test
    void whatIsNeitherANameNorAFileIsRefused() {
        String message =
                assertThrows(PolicyException.class, () -> PolicyFile.read("no-such-policy"))
                        .getMessage();
        assertEquals(
                "policy 'no-such-policy': it is none of none, files and strict, and no file",
                message);
    }
}
