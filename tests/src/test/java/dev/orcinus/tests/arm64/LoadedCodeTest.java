package dev.orcinus.tests.arm64;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.loader.LinkException;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests AArch64 objects that an AArch64 JVM links, or this JVM links for an AArch64 executor. */
final class LoadedCodeTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @TempDir Path directory;

    private String load(String what) throws InterruptedException {
        return output(0, Arm64Jvm.program(LoadedCode.class, what, Arm64Jvm.OBJECTS.toString()));
    }

    private String output(int status, List<String> command) throws InterruptedException {
        try (Program program = Program.start(directory, command)) {
            Finished end = program.finish(LIMIT);
            assertEquals(status, end.status(), end::toString);
            return end.output();
        }
    }

    @Test
    void callsAndDataOfEachCodeModel() throws InterruptedException {
        String each =
                """
                 4104 5105
                [0, 51, 19, 1004, 5, -5, 1006, 14, -1]
                14.5
                27 from another object -7 2.50
                """;
        assertEquals(
                "small" + each + "static" + each + "tiny" + each + "large" + each, load("calls"));
    }

    @Test
    void exceptionsCrossObjects() throws InterruptedException {
        assertEquals("0\n7 7\n-123 123099\n8 8\n", load("exceptions"));
    }

    @Test
    void callsAndExceptionsCross150Mebibytes() throws InterruptedException {
        assertEquals("150\n7 7\n-123 123099\n8 8\n", load("far"));
    }

    @Test
    void staticObjectsAndFunctionsAtExit() throws InterruptedException {
        assertEquals(
                """
                7
                early
                construct first
                construct second
                construct local
                main
                at exit
                destroy local
                destroy second
                destroy first
                late
                """,
                load("statics"));
    }

    @Test
    void indirectFunctionsSeeTheProcessor() throws InterruptedException {
        assertEquals("42\n2\ntrue\n", load("indirect"));
    }

    @Test
    void atomicOperationsThatStaticLinkersBringAlong() throws InterruptedException {
        assertEquals("0\n200000\n", load("atomics"));
    }

    @Test
    void threadLocalsOfEachModel() throws InterruptedException {
        StringBuilder expected = new StringBuilder();
        for (String model : List.of("descriptor", "pair", "initial", "local", "tiny")) {
            for (String other : List.of("descriptor", "pair", "initial")) {
                expected.append(model).append(' ').append(other).append(" 0 0\n");
            }
        }
        assertEquals(expected.toString(), load("thread-locals"));
    }

    @Test
    void orcinusRunEndsWithTheProgramsStatus() throws InterruptedException {
        String hello = Arm64Jvm.OBJECTS.resolve("hello.o").toString();
        String output = output(43, Arm64Jvm.orcinus("run", "--in-jvm", hello, "--", "x", "y"));
        assertEquals("hello from aarch64\n" + hello + "\nx\ny\n", output);
        String readmes = Arm64Jvm.ROOT.resolve("examples/hello/hello-aarch64.o").toString();
        output = output(42, Arm64Jvm.orcinus("run", "--in-jvm", readmes, "--", "Orcinus"));
        assertTrue(output.endsWith("fibonacci(20) = 6765, in 21891 calls\n"), output);
    }

    @Test
    void orcinusRunRunsFinalizers() throws InterruptedException {
        String statics = Arm64Jvm.OBJECTS.resolve("statics.o").toString();
        String output = output(6, Arm64Jvm.orcinus("run", "--in-jvm", statics));
        assertEquals("late", output.lines().toList().getLast());
    }

    @Test
    void thisJvmLinksForAnAArch64Executor() throws IOException {
        Path executor = Arm64Jvm.executor(directory);
        try (Jit jit = Jit.launch(List.of(executor.toString()))) {
            JitDylib dylib = jit.createDylib("hello");
            dylib.add(Arm64Jvm.OBJECTS.resolve("hello.o"));
            dylib.initialize();
            assertEquals(43, dylib.run("main", List.of("a", "b", "c")));
        }
    }

    @Test
    void codeForAnotherProcessorIsRefused() {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "this processor is another one");
        try (Jit jit = Jit.inProcess()) {
            JitDylib dylib = jit.createDylib("foreign");
            Path hello = Arm64Jvm.OBJECTS.resolve("hello.o");
            LinkException e = assertThrows(LinkException.class, () -> dylib.add(hello));
            String problem = "code for aarch64; the target runs x86_64";
            assertTrue(e.getMessage().contains(problem), e::getMessage);
        }
    }
}
