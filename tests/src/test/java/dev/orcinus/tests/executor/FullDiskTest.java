package dev.orcinus.tests.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each command whose output cannot be written says so, and fails. */
@Timeout(180)
final class FullDiskTest {
    private static final Path FULL = Path.of("/dev/full");

    @TempDir private Path folder;

    @BeforeEach
    void requireFullDevice() {
        assumeTrue(Files.isWritable(FULL), "no /dev/full, a file that is always full");
    }

    private Finished run(String redirection, String... arguments) throws InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"));
        command.addAll(ExecutorCommand.of(arguments));
        try (Program program = Program.start(folder, command)) {
            return program.finish();
        }
    }

    @Test
    void whatIsPrintedForTheUser() throws Exception {
        String object = Fixtures.get("jit/twice.o").toString();
        for (String[] command : new String[][] {{"inspect", object}, {"help"}}) {
            Finished end = run(">/dev/full", command);
            assertEquals(1, end.status(), end::toString);
            assertEquals(
                    "orcinus: standard output: not all of the text could be written\n",
                    end.errors());
            assertEquals(0, run(">/dev/null", command).status());
        }
    }

    @Test
    void aFileOfTheCommand() throws Exception {
        Finished end = run("", "runtime", "-o", FULL.toString());
        assertEquals(1, end.status(), end::toString);
        assertTrue(end.errors().contains("No space left on device"), end::toString);
    }
}
