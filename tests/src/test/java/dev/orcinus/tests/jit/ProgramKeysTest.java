package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Java program that runs programs ignores the signals of a terminal's keys meanwhile, and does
 * after the last of them what it did before.
 */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
final class ProgramKeysTest {
    private static final long INTERRUPT_AND_QUIT = (1L << 1) | (1L << 2);

    @TempDir private static Path folder;

    /** The signals that this process ignores and handles, as the kernel's bits. */
    private record Dispositions(long ignored, long handled) {
        static Dispositions now() throws IOException {
            List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
            return new Dispositions(bits(status, "SigIgn:\t"), bits(status, "SigCgt:\t"));
        }

        private static long bits(List<String> status, String row) {
            String line = status.stream().filter(each -> each.startsWith(row)).findAny().get();
            return Long.parseUnsignedLong(line.substring(row.length()), 16);
        }

        Dispositions withoutKeys() {
            return new Dispositions(ignored | INTERRUPT_AND_QUIT, handled & ~INTERRUPT_AND_QUIT);
        }
    }

    @Test
    void theKeysAreThePrograms() throws Exception {
        Path object = CompiledObject.compile(folder, "quiet", "int main() { return 3; }");
        Dispositions before = Dispositions.now();
        try (ProgramJit first = Jit.program(List.of("first"))) {
            assertEquals(before, Dispositions.now(), "before a program starts");
            run(first, object);
            try (ProgramJit second = Jit.program(List.of("second"))) {
                run(second, object);
                assertEquals(before.withoutKeys(), Dispositions.now(), "two are open");
            }
            assertEquals(before.withoutKeys(), Dispositions.now(), "one is open");
        }
        assertEquals(before, Dispositions.now(), "none is open");
    }

    @Test
    void aProgramThatHasNotStartedHasNoKeys() throws Exception {
        Path object = CompiledObject.compile(folder, "open", "int f(); int main() { f(); }");
        Dispositions before = Dispositions.now();
        try (ProgramJit jit = Jit.program(List.of("open"))) {
            assertThrows(LinkException.class, () -> run(jit, object));
        }
        assertEquals(before, Dispositions.now());
    }

    private static void run(ProgramJit jit, Path object) throws IOException {
        ProgramDylib program = jit.createDylib("program");
        program.add(object);
        program.runAsProgram("main");
    }
}
