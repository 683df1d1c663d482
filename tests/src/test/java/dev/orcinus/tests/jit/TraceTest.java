package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what the use of a closed handle says, with and without {@code -Dorcinus.trace}. */
@Timeout(60)
final class TraceTest {
    @TempDir Path directory;

    /** Calls a handle of a dylib that was closed. */
    static final class Late {
        private Late() {}

        static void closeInHere(InProcessDylib dylib) {
            dylib.close();
        }

        public static void main(String[] arguments) throws Throwable {
            try (InProcessJit jit = Jit.inProcess()) {
                InProcessDylib numbers = jit.createDylib("numbers");
                numbers.add(Path.of(arguments[0]));
                MethodHandle answer =
                        numbers.function("answer", FunctionDescriptor.of(ValueLayout.JAVA_INT));
                closeInHere(numbers);
                int unreached = (int) answer.invokeExact();
                System.out.println(unreached);
            }
        }
    }

    private String errors(String... options) throws InterruptedException {
        List<String> command =
                ForkedJvm.command(Late.class, JitFixture.object("twice").toString());
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
                errors.contains(
                        "IllegalStateException: 'answer' is called, but numbers is closed;"
                                + " -Dorcinus.trace tells where"),
                errors);
        assertTrue(!errors.contains("closeInHere"), errors);
    }

    @Test
    void withItThePlaceIsNamed() throws InterruptedException {
        String errors = errors("-Dorcinus.trace");
        assertTrue(errors.contains("'answer' is called, but numbers is closed\n"), errors);
        assertTrue(errors.contains("numbers was closed here, by main"), errors);
        assertTrue(errors.contains("closeInHere(TraceTest.java"), errors);
    }
}
