package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the use of a closed handle says, with and without {@code -Dorcinus.trace}. */
@Timeout(180)
final class TraceTest {
    @TempDir Path directory;

    private String errors(String... options) throws InterruptedException {
        List<String> command =
                ForkedJvm.command(LateCall.class, JitFixture.object("twice").toString());
        command.addAll(1, List.of(options));
        try (Program program = Program.start(directory, command)) {
            Finished finished = program.finish();
            assertEquals(1, finished.status(), finished::toString);
            return finished.errors();
        }
    }

    @Test
    void withoutItTheOptionIsNamed() throws InterruptedException {
        String errors = errors();
        assertTrue(
                errors.contains("twice.o has been removed; -Dorcinus.trace tells where"), errors);
        assertTrue(!errors.contains("closeInHere"), errors);
    }

    @Test
    void withItThePlaceIsNamed() throws InterruptedException {
        String errors = errors("-Dorcinus.trace");
        assertTrue(errors.contains("IllegalStateException: 'answer' is called, but "), errors);
        assertTrue(errors.contains("twice.o was removed here, by main"), errors);
        assertTrue(errors.contains("closeInHere(LateCall.java"), errors);
    }
}
