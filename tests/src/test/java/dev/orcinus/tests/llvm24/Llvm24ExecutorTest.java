package dev.orcinus.tests.llvm24;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.remote.RemoteTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.tests.executor.ExecutorCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of our loader with executors that take what LLVM 24's takes: they refuse {@code
 * filedescs=}, and end with status 1 if the controller leaves without a Hangup. The executor behind
 * the script is ours, which takes a controller that has used a new name so.
 */
@Timeout(180)
final class Llvm24ExecutorTest {
    @TempDir Path folder;

    /** Writes a program that notes its arguments and its exit status. */
    private Path program(String name) throws Exception {
        String executor =
                ExecutorCommand.of().stream()
                        .map(part -> "'" + part + "'")
                        .collect(Collectors.joining(" "));
        String script =
                """
                #!/bin/sh
                echo "$1" >>'%1$s/arguments'
                case $1 in socket:*=* | tcp:*=*) ;; *) exit 1 ;; esac
                %2$s "$1"
                echo $? >'%1$s/status'
                """
                        .formatted(folder, executor);
        Path program = Files.writeString(folder.resolve(name), script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return program;
    }

    private List<String> notes(String name) throws Exception {
        return Files.readAllLines(folder.resolve(name));
    }

    private void assertServes(Path program) throws Exception {
        try (RemoteTarget target = RemoteTarget.launch(List.of(program.toString()))) {
            ExecutorAddress getpid = target.find(target.process(), List.of("getpid")).getFirst();
            assertTrue(target.call(getpid) > 0);
            TargetException e =
                    assertThrows(
                            TargetException.class, () -> target.call(new ExecutorAddress(0x30)));
            assertTrue(
                    e.getMessage().endsWith(": cannot run 0x30: no executable memory there"),
                    e.getMessage());
        }
        assertEquals(List.of("0"), notes("status"));
    }

    @Test
    void itIsStartedAgainWhenItRefusesPipes() throws Exception {
        assertServes(program("llvm-jitlink-executor"));
        List<String> arguments = notes("arguments");
        assertEquals(2, arguments.size(), arguments::toString);
        assertEquals("filedescs=3,4", arguments.getFirst());
        assertTrue(arguments.getLast().matches("tcp:connect=127\\.0\\.0\\.1:\\d+"));
    }

    @Test
    void itsNameTellsItsVersion() throws Exception {
        assertServes(program("llvm-jitlink-executor-24"));
        assertEquals(1, notes("arguments").size());
    }

    @Test
    void oneThatRefusesBothIsAFailureWithItsStatus() throws Exception {
        Path program = Path.of("/bin/false");
        TargetException e =
                assertThrows(
                        TargetException.class,
                        () -> RemoteTarget.launch(List.of(program.toString())));
        assertEquals(1, e.exitStatus().orElseThrow());
        assertEquals(
                "start /bin/false: it has ended the line; its exit status is 1", e.getMessage());
    }
}
