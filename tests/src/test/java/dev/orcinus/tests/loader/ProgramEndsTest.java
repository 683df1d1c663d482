package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of {@code orcinus run} while its program runs in this process. */
@Timeout(180)
final class ProgramEndsTest {
    /** 128 + SIGTERM. */
    private static final int TERMINATED = 143;

    @TempDir private Path folder;

    @Test
    void aSignalEndsAProgramWithoutACrash() throws InterruptedException {
        String program = Fixtures.get("debugged.o").toString();
        String never = folder.resolve("never").toString();
        try (Program run = Program.start(folder, ExecutorCommand.of("run", program, "--", never))) {
            run.awaitOutput("waiting\n");
            ProcessHandle.of(run.pid()).orElseThrow().destroy();
            Finished end = run.finish();
            assertEquals("", end.errors());
            assertEquals("waiting\n", end.output());
            assertEquals(TERMINATED, end.status(), end::toString);
        }
    }
}
