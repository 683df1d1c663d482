package dev.orcinus.tests.llvm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The ORC runtime that a client links. */
public enum OrcRuntime {
    /** LLVM's, of the client's own version. */
    LLVM(19, ""),
    /** Ours, for LLVM 21 and later. */
    ORCINUS(21, ""),
    /** Ours, for code of macOS on x86-64. */
    ORCINUS_MACH_O(19, OrcRuntime.MACOS);

    /** The target of {@link #ORCINUS_MACH_O}. */
    public static final String MACOS = "x86_64-apple-macosx13";

    private static final Map<OrcRuntime, Path> ARCHIVES = new EnumMap<>(OrcRuntime.class);

    private final int firstVersion;
    private final String triple;

    OrcRuntime(int firstVersion, String triple) {
        this.firstVersion = firstVersion;
        this.triple = triple;
    }

    boolean serves(Llvm llvm) {
        return llvm.version() >= firstVersion;
    }

    /** Returns the target that the executor has to present; empty for its own. */
    public String triple() {
        return triple;
    }

    /** Returns the archive; skips the test if it is not installed. */
    public Path archive(Llvm llvm) throws IOException, InterruptedException {
        return this == LLVM ? llvm.orcRuntime() : ours();
    }

    /** Returns our archive, which the command {@code orcinus runtime} writes once. */
    private Path ours() throws IOException, InterruptedException {
        synchronized (ARCHIVES) {
            if (!ARCHIVES.containsKey(this)) {
                ARCHIVES.put(this, write());
            }
            return ARCHIVES.get(this);
        }
    }

    private Path write() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("orcinus-runtime");
        Path file = directory.resolve("liborcinus_rt.a");
        List<String> command =
                new ArrayList<>(ExecutorCommand.of("runtime", "-o", file.toString()));
        if (!triple.isEmpty()) {
            command.add("--triple=" + triple);
        }
        try (Program program = Program.start(directory, command)) {
            Finished finished = program.finish();
            assertEquals(0, finished.status(), finished::toString);
        }
        file.toFile().deleteOnExit();
        directory.toFile().deleteOnExit();
        return file;
    }
}
