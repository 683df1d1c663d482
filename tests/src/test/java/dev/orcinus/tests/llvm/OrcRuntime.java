package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ORC runtime that a client links. */
public enum OrcRuntime {
    /** LLVM's, of the client's own version. */
    LLVM,
    /** Ours, for LLVM 21 and later. */
    ORCINUS;

    private static Path archive;

    boolean serves(Llvm llvm) {
        return this == LLVM || llvm.version() >= 21;
    }

    /** Returns the archive; skips the test if it is not installed. */
    public Path archive(Llvm llvm) throws IOException, InterruptedException {
        return switch (this) {
            case LLVM -> llvm.orcRuntime();
            case ORCINUS -> ours();
        };
    }

    /** Returns our archive, which the command {@code orcinus runtime} writes once. */
    private static synchronized Path ours() throws IOException, InterruptedException {
        if (archive == null) {
            Path directory = Files.createTempDirectory("orcinus-runtime");
            Path file = directory.resolve("liborcinus_rt.a");
            try (Program command =
                    Program.start(
                            directory, ExecutorCommand.of("runtime", "-o", file.toString()))) {
                Finished finished = command.finish();
                assertEquals(0, finished.status(), finished::toString);
            }
            file.toFile().deleteOnExit();
            directory.toFile().deleteOnExit();
            archive = file;
        }
        return archive;
    }
}
