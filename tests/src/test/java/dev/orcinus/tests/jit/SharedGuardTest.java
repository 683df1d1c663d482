package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that all sessions of a process share what a call of one shape needs. */
@Timeout(180)
final class SharedGuardTest {
    private static final int SESSIONS = 3;

    @TempDir private Path folder;

    /** Calls a function of one shape in several sessions, and prints what it returns. */
    static final class Calls {
        private Calls() {}

        public static void main(String[] arguments) throws Throwable {
            for (byte i = 0; i < SESSIONS; i++) {
                try (InProcessJit jit = Jit.inProcess()) {
                    InProcessDylib dylib = jit.createDylib("calls");
                    dylib.define("number", new byte[] {(byte) 0xb8, i, 0, 0, 0, (byte) 0xc3});
                    FunctionDescriptor shape = FunctionDescriptor.of(ValueLayout.JAVA_INT);
                    MethodHandle number = dylib.function("number", shape);
                    System.out.println((int) number.invokeExact());
                }
            }
        }
    }

    @Test
    void aShapeIsPreparedOnceForAllSessions() throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the code is for x86-64");
        Path log = folder.resolve("classes.txt");
        List<String> command = new ArrayList<>(ForkedJvm.command(Calls.class));
        command.add(1, "-Xlog:class+load=info:file=" + log);
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(0, end.status(), end::toString);
            assertEquals("0\n1\n2\n", end.output());
        }
        List<String> guards =
                Files.readAllLines(log).stream().filter(l -> l.contains(".GuardedCall")).toList();
        assertEquals(1, guards.size(), guards::toString);
    }
}
