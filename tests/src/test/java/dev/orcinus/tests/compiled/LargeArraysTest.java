package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.RelocationRangeException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests arrays that 32-bit displacements do not reach. NativeProgramsTest has programs with them.
 */
final class LargeArraysTest {
    private static final String SOURCE =
            """
            char a[3ul << 30], b[3ul << 30], c[3ul << 30];
            int sum(unsigned long i) {
              a[i] += 1; b[i] += 2; c[i] += 4;
              return a[i] + b[i] + c[i];
            }
            """;

    @TempDir private Path folder;

    @Test
    void codeOfTheMediumModelReachesThem() throws Throwable {
        Path object = compile("-mcmodel=medium");
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("arrays");
            dylib.add(object);
            var sum =
                    dylib.function(
                            "sum",
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
            assertEquals(7, (int) sum.invokeExact(0L));
            assertEquals(7, (int) sum.invokeExact((3L << 30) - 1));
            assertEquals(14, (int) sum.invokeExact(0L));
        }
    }

    @Test
    void codeOfTheSmallModelIsRefused() throws Exception {
        Path object = compile("-mcmodel=small");
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("arrays");
            dylib.add(object);
            RelocationRangeException refusal =
                    Assertions.assertThrows(RelocationRangeException.class, dylib::link);
            assertTrue(
                    refusal.getMessage()
                            .endsWith("-mcmodel=medium or -mcmodel=large reaches large arrays"),
                    refusal::getMessage);
        }
    }

    private Path compile(String model) throws Exception {
        assumeTrue("amd64".equals(System.getProperty("os.arch")), "the model is one of x86-64");
        Path source = Files.writeString(folder.resolve("arrays.c"), SOURCE);
        Path object = folder.resolve("arrays.o");
        Process compiler =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "command -v gcc >/dev/null && gcc -O1 -fPIE "
                                        + model
                                        + " -c "
                                        + source
                                        + " -o "
                                        + object)
                        .start();
        assumeTrue(compiler.waitFor() == 0, "no C compiler: install gcc");
        return object;
    }
}
