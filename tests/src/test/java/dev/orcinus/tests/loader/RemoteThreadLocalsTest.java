package dev.orcinus.tests.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitDylib;
import dev.orcinus.loader.TargetException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of thread-local storage of code that is loaded into another process. */
final class RemoteThreadLocalsTest {
    private static final String ADVICE = "-ftls-model=global-dynamic";

    @TempDir private Path directory;

    private static JitDylib dylib(Jit jit, String... objects) throws Exception {
        JitDylib dylib = jit.createDylib(String.join("+", objects));
        for (String object : objects) {
            dylib.add(Fixtures.get("tls/" + object + ".o"));
        }
        return dylib;
    }

    /** Calls {@code int f(int)} and returns the result. */
    private static int call(JitDylib dylib, String function, int argument) throws Exception {
        return dylib.run(function, Collections.nCopies(argument, "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "general-dynamic, general-dynamic",
        "local-dynamic, descriptors",
        "descriptors, descriptors",
        "initial-exec, initial-exec",
        "local-exec, local-exec"
    })
    void everyThreadHasItsOwnInAnyModel(String model, String other) throws Exception {
        try (Jit jit = Jit.launch(ExecutorCommand.of())) {
            JitDylib dylib = dylib(jit, "models-" + model, "other-" + other);
            assertEquals(0, call(dylib, "wrong", 0));
            assertEquals(43, call(dylib, "bump", 3));
            assertEquals(502, call(dylib, "bump_elsewhere", 2));
            assertEquals(0, call(dylib, "in_pthreads", 10));
            assertEquals(43, call(dylib, "bump", 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pic", "pie"})
    void destructorsRunAtTheEndsOfThreadsAndAtClosing(String model) throws Exception {
        try (Jit jit = Jit.launch(ExecutorCommand.of())) {
            JitDylib dylib = dylib(jit, "destructors-" + model);
            dylib.initialize();
            assertEquals(0, call(dylib, "in_threads", 10));
            assertEquals(20, call(dylib, "gone_count", 0));
            assertEquals(7, call(dylib, "use", 0));
            assertEquals(1, call(dylib, "once", 0));
            dylib.close();
            assertEquals(0, call(dylib(jit, "destructors-" + model), "in_threads", 2));
        }
    }

    @Test
    void nothingIsLeftOfWhatIsClosed() throws Exception {
        try (Jit jit = Jit.launch(ExecutorCommand.of())) {
            for (int i = 0; i < 100; i++) {
                try (JitDylib dylib = dylib(jit, "models-local-exec", "other-local-exec")) {
                    assertEquals(0, call(dylib, "wrong", 0));
                }
            }
        }
    }

    @Test
    void tooMuchStaticStorageIsRefusedWithAdvice() throws Exception {
        try (Jit jit = Jit.launch(ExecutorCommand.of())) {
            JitDylib dylib = dylib(jit, "large-local-exec");
            TargetException e = assertThrows(TargetException.class, dylib::link);
            assertTrue(
                    e.getMessage().contains("large-local-exec.o (0x30d40 bytes"), e.getMessage());
            assertTrue(e.getMessage().contains(ADVICE), e.getMessage());
            assertEquals(0, call(dylib(jit, "aligned-descriptors"), "misplaced", 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {19, 21, 22, 23})
    void executorsOfLlvmSayThatTheyHaveNone(int version) throws Exception {
        String executor = new Llvm(version).tool("llvm-jitlink-executor");
        try (Jit jit = Jit.launch(List.of(executor))) {
            for (String object : List.of("aligned-general-dynamic", "destructors-pic")) {
                JitDylib dylib = dylib(jit, object);
                TargetException e = assertThrows(TargetException.class, dylib::link);
                assertTrue(
                        e.getMessage()
                                .contains(
                                        "this executor has no thread-local storage for linked"
                                                + " code"),
                        e.getMessage());
                assertTrue(e.getMessage().contains(object + ".o"), e.getMessage());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"program-pic, --in-jvm", "program-pie, --in-jvm", "program-pic, --isolated"})
    void aProgramsDestructorsRunInTheOrderOfNativePrograms(String object, String option)
            throws Exception {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run"));
        command.add(option);
        command.add(Fixtures.get("tls/" + object + ".o").toString());
        try (Program program = Program.start(directory, command)) {
            Finished end = program.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals(
                    """
                    +global
                    +local
                    local
                    +local
                    thread local
                    -local
                    -local
                    -global
                    """,
                    end.output(),
                    end::toString);
        }
    }

    @ParameterizedTest
    @CsvSource({"emulated-pic, --in-jvm", "emulated-pie, --isolated"})
    void emulatedThreadLocalsReachNativeOnesOfLibraries(String object, String option)
            throws Exception {
        String file = Fixtures.get("tls/" + object + ".o").toString();
        try (Program program = Program.start(directory, ExecutorCommand.of("run", option, file))) {
            Finished end = program.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals(
                    """
                    once 1
                    async 42
                    promise 17
                    own 6
                    own 6
                    main 5
                    """,
                    end.output(),
                    end::toString);
        }
    }

    @Test
    void theLauncherMakesRoomAndLeavesNoTraceOfIt() throws Exception {
        Path launcher = Path.of(System.getProperty("orcinus.root"), "orcinus");
        String object = Fixtures.get("tls/medium-local-exec.o").toString();
        for (String option : List.of("--in-jvm", "--isolated")) {
            List<String> command = List.of(launcher.toString(), "run", option, object);
            try (Program program = Program.start(directory, command)) {
                Finished end = program.finish();
                assertEquals("31 3 (none)\n", end.output(), end::toString);
            }
        }
    }
}
