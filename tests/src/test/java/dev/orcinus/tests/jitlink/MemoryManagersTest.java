package dev.orcinus.tests.jitlink;

import dev.orcinus.tests.llvm.ClientTest;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.llvm.OrcRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the ways in which a client can write memory of the executor. */
final class MemoryManagersTest {
    private static final int FIRST_WITH_CHOICE = 22;

    @TempDir Path directory;

    @ClientTest
    void sharedMemory(Llvm llvm, Line line) throws IOException, InterruptedException {
        runPlain(llvm, line, sharedMemoryOption(llvm));
    }

    @ClientTest(runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void sharedMemoryWithTheRuntime(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        runWithRuntime(llvm, line, runtime, sharedMemoryOption(llvm));
    }

    private static String sharedMemoryOption(Llvm llvm) {
        return llvm.version() < FIRST_WITH_CHOICE ? "-use-shared-memory" : "-use-memmgr=shared";
    }

    @ClientTest(
            from = FIRST_WITH_CHOICE,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void generic(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        runWithRuntime(llvm, line, runtime, "-use-memmgr=generic");
    }

    @ClientTest(from = FIRST_WITH_CHOICE)
    void simpleRemote(Llvm llvm, Line line) throws IOException, InterruptedException {
        runPlain(llvm, line, "-use-memmgr=simple-remote");
    }

    @ClientTest(
            from = FIRST_WITH_CHOICE,
            runtimes = {OrcRuntime.LLVM, OrcRuntime.ORCINUS})
    void simpleRemoteWithTheRuntime(Llvm llvm, Line line, OrcRuntime runtime)
            throws IOException, InterruptedException {
        runWithRuntime(llvm, line, runtime, "-use-memmgr=simple-remote");
    }

    private void runPlain(Llvm llvm, Line line, String option)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .options(option)
                .inputs("archive_main.o", "libanswer.a")
                .run()
                .assertStatus(42);
    }

    private void runWithRuntime(Llvm llvm, Line line, OrcRuntime runtime, String option)
            throws IOException, InterruptedException {
        new JitLink(llvm, line, directory)
                .orcRuntime(runtime)
                .options(option)
                .inputs("exceptions.o")
                .run()
                .assertStatus(3);
    }
}
