package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.SessionResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of programs that end their process: the client gets the status that a shell would show, the
 * executor ends as usual, and nothing is left in the user's folder.
 */
final class GuestEndsTest {
    /** 128 and SIGSEGV. */
    private static final int CRASHED = 139;

    private static final String REPORT = "guest code crashed: SIGSEGV";

    @TempDir Path directory;

    private SessionResult run(Llvm llvm, Line line, String way)
            throws IOException, InterruptedException {
        SessionResult result =
                new JitLink(llvm, line, directory)
                        .inputs("crash.o")
                        .arguments(way)
                        .run()
                        .assertOutput(way + " begins\n");
        try (Stream<Path> files = Files.list(directory)) {
            List<String> left =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> !name.startsWith("executor"))
                            .toList();
            assertEquals(List.of(), left, "files");
        }
        return result;
    }

    @ClientTest
    void byExit(Llvm llvm, Line line) throws IOException, InterruptedException {
        SessionResult result = run(llvm, line, "exit").assertStatus(7);
        assertFalse(result.errors().contains("guest"), result::toString);
    }

    @ClientTest(lines = Line.PIPES)
    void byASegmentationFault(Llvm llvm, Line line) throws IOException, InterruptedException {
        run(llvm, line, "segv").assertStatus(CRASHED).assertErrorsContain(REPORT);
    }

    @ClientTest(lines = Line.PIPES)
    void byRunningOutOfStack(Llvm llvm, Line line) throws IOException, InterruptedException {
        run(llvm, line, "stack").assertStatus(CRASHED).assertErrorsContain("stack overflow");
    }
}
