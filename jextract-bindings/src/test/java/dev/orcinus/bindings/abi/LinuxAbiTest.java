package dev.orcinus.bindings.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Writes a C program from the constants, offsets and prototypes of the header classes for Linux and
 * has the C compiler of this machine compare them; checks what the header classes of all systems
 * must have.
 */
final class LinuxAbiTest {
    @TempDir private Path directory;

    @Test
    @EnabledOnOs(OS.LINUX)
    void constantsOffsetsAndPrototypesAreThoseOfTheCCompiler() throws Exception {
        assumeTrue(Command.exists("cc"), "no C compiler: cc is not on the path");
        Path source = directory.resolve("probe.c");
        Files.writeString(source, program());
        Path probe = directory.resolve("probe");
        List<String> compile = List.of("cc", "-w", "-o", probe.toString(), source.toString());
        assertEquals("", Command.run(compile));
        assertEquals("", Command.run(List.of(probe.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux", "macos", "posix"})
    void everyFunctionHasItsPrototype(String system) {
        for (HeaderSource header : HeaderSource.of(system)) {
            for (Method method : AbiChecks.functions(header)) {
                assertTrue(
                        header.prototype(method.getName()).isPresent(),
                        () -> header.type() + "." + method.getName() + " has no prototype");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linux", "macos", "posix"})
    void jextractArgumentFilesListTheSameNames(String system) throws Exception {
        for (HeaderSource header : HeaderSource.of(system)) {
            if (header.name().isEmpty()) {
                continue;
            }
            Path file = Path.of("src/jextract", system, header.type().getSimpleName() + ".args");
            String arguments = JextractArguments.of(system, header);
            if (Boolean.getBoolean("orcinus.jextract.write")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, arguments);
            }
            assertEquals(arguments, Files.readString(file), file.toString());
        }
    }

    private static String program() {
        List<HeaderSource> headers = new ArrayList<>(HeaderSource.of("posix"));
        headers.addAll(HeaderSource.of("linux"));
        AbiChecks checks = new AbiChecks(headers);
        return """
                #define _GNU_SOURCE
                #include <stddef.h>
                #include <stdio.h>
                #include <sys/types.h>
                %s
                static int failures;
                static void check(const char *what, long long c, long long java) {
                  if (c != java) { failures = 1; printf("%%s is %%lld in C, %%lld in Java\\n", what, c, java); }
                }
                int main(void) {
                %s
                  return failures;
                }
                """
                .formatted(
                        checks.declarations(),
                        checks.comparisons(
                                c ->
                                        "  check(\"%s\", (long long) (%s), %s);"
                                                .formatted(c.what(), c.c(), c.java())));
    }
}
