package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files of a program are mapped as long as its {@link ProgramJit} is open, and no longer: the
 * daemon in the background links programs for hours.
 */
@Timeout(240)
@EnabledOnOs(OS.LINUX)
final class ProgramFilesTest {
    /** Smaller files are read, not mapped. */
    private static final int MAPPED_BYTES = 1 << 20;

    @TempDir private Path folder;

    @Test
    void filesAreUnmappedWhenTheProgramIsClosed() throws IOException {
        Path object = folder.resolve("padded.o");
        String name =
                System.getProperty("os.arch").equals("aarch64") ? "hello-aarch64.o" : "hello.o";
        Path hello = Path.of(System.getProperty("orcinus.root"), "examples/hello", name);
        Files.write(object, Arrays.copyOf(Files.readAllBytes(hello), MAPPED_BYTES));
        try (ProgramJit jit = Jit.program(List.of("hello"))) {
            ProgramDylib program = jit.createDylib("hello");
            program.add(object);
            program.link();
            assertEquals(1, mappingsOf(object));
        }
        assertEquals(0, mappingsOf(object));
    }

    private static long mappingsOf(Path file) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.endsWith(file.toString())).count();
        }
    }
}
