package dev.orcinus.tests.jitlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
 * Tests of guest code that ends its process: the client notices, and nothing is left in the user's
 * folder.
 */
final class GuestEndsTest {
    /** The exit status of an executor whose guest has crashed with SIGSEGV. */
    private static final int CRASHED = 139;

    private static final String REPORT = "the guest crashed with signal 11";

    @TempDir Path directory;

    private SessionResult run(Llvm llvm, Line line, String way)
            throws IOException, InterruptedException {
        SessionResult result =
                new JitLink(llvm, line, directory)
                        .inputs("crash.o")
                        .arguments(way)
                        .run()
                        .assertOutput(way + " begins\n")
                        .assertErrorsContain("disconnecting");
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
        run(llvm, line, "exit").assertStatus(1, 7);
    }

    @ClientTest(lines = Line.PIPES)
    void byASegmentationFault(Llvm llvm, Line line) throws IOException, InterruptedException {
        run(llvm, line, "segv").assertStatus(1, CRASHED).assertErrorsContain(REPORT);
    }

    @ClientTest(lines = Line.PIPES)
    void byRunningOutOfStack(Llvm llvm, Line line) throws IOException, InterruptedException {
        run(llvm, line, "stack").assertStatus(1, CRASHED).assertErrorsContain(REPORT);
    }
}
