package dev.orcinus.platform.linux.guestprocess.program;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.linux.Processor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ExecFileTest {
    /** {@code EACCES} and its like, as shells report it. */
    private static final int CANNOT_EXECUTE = 126;

    @TempDir private Path folder;

    @Test
    void argumentsAndEnvironmentArriveByteForByte() throws Exception {
        Result arguments = run("/usr/bin/printf", List.of("name", "%s|", "", "\u00ff a"));
        assertEquals(new Result("|\u00ff a|", 0), arguments);
        assertEquals(new Result("A=\u00fe\nB=\n", 0), run("/usr/bin/env", List.of("name")));
    }

    @Test
    void theMailboxIsOpen() throws Exception {
        Result mailbox = run("/bin/readlink", List.of("name", "/proc/self/fd/180"));
        assertEquals(new Result("/dev/null\n", 0), mailbox);
    }

    @Test
    void theMailboxIsOpenThoughItsDescriptorIsAboveTheLimit() throws Exception {
        String shows = "ulimit -S -n; exec /bin/readlink /proc/self/fd/180";
        Path file = write("/bin/sh", List.of("sh", "-c", shows));
        Result mailbox = run("/bin/sh", "-c", "ulimit -S -n 20; exec " + file);
        assertEquals(new Result("20\n/dev/null\n", 0), mailbox);
    }

    @Test
    void aProgramWhoseHardLimitIsTooLowIsAStatus() throws Exception {
        Path file = write("/bin/true", List.of("true"));
        Result refused = run("/bin/sh", "-c", "ulimit -n 20; exec " + file);
        assertEquals(new Result("", CANNOT_EXECUTE), refused);
    }

    @Test
    void aProgramThatCannotBeExecutedIsAStatus() throws Exception {
        assertEquals(new Result("", CANNOT_EXECUTE), run("/nowhere", List.of("name")));
    }

    private record Result(String output, int status) {}

    private Result run(String path, List<String> arguments) throws Exception {
        return run(write(path, arguments).toString());
    }

    private Path write(String path, List<String> arguments) throws Exception {
        byte[] content =
                ExecFile.write(
                        Processor.named(System.getProperty("os.arch")).orElseThrow(),
                        "/dev/null",
                        path,
                        bytes(arguments),
                        bytes(List.of("A=\u00fe", "B=")));
        Path file = Files.write(folder.resolve("start"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static Result run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        assertTrue(process.waitFor(20, TimeUnit.SECONDS));
        return new Result(output, process.exitValue());
    }

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream().map(text -> text.getBytes(ISO_8859_1)).toList();
    }
}
