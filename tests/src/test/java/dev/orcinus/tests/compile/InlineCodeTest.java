package dev.orcinus.tests.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.compile.NativeCompiler;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.CompilationException;
import dev.orcinus.loader.CompilationException.Diagnostic;
import dev.orcinus.loader.NativeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of C and C++ in the text of a Java program. */
@Timeout(60)
final class InlineCodeTest {
    @TempDir private Path folder;
    private NativeCompiler compiler;

    @BeforeEach
    void find() {
        try {
            compiler = NativeCompiler.find().withCache(folder.resolve("cache"));
        } catch (CompilationException e) {
            assumeTrue(false, "no C compiler: install gcc or clang");
        }
    }

    /** Functions of C. */
    interface Square {
        double square(double x);
    }

    @Test
    void threeLinesOfCAreCalled() {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("inline");
            dylib.compile(
                    "c",
                    """
                    double square(double x) {
                        return x * x;
                    }
                    """);
            assertEquals(6.25, dylib.bind(Square.class).square(2.5));
        }
    }

    /** Functions of C++. */
    interface Checked {
        int checked(int n);
    }

    @Test
    void cxxWithOptionsAndExceptions() {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("inline");
            dylib.compile(
                    "c++",
                    """
                    #include <stdexcept>
                    extern "C" int checked(int n) {
                        if (n > LIMIT) throw std::out_of_range("too large");
                        return n;
                    }
                    """,
                    "-DLIMIT=10",
                    "-std=c++17");
            Checked checked = dylib.bind(Checked.class);
            assertEquals(10, checked.checked(10));
            NativeException thrown = assertThrows(NativeException.class, () -> checked.checked(11));
            assertEquals("std::out_of_range: too large", thrown.getMessage());
        }
    }

    @Test
    void diagnosticsHavePlaces() {
        CompilationException refused =
                assertThrows(
                        CompilationException.class,
                        () -> compiler.compile("c", "int f(void) {\n  return x;\n}\n"));
        Diagnostic first =
                refused.diagnostics().stream().filter(Diagnostic::isError).findFirst().get();
        assertEquals("inline.c", first.file());
        assertEquals(2, first.line());
        assertEquals(10, first.column());
        assertTrue(first.text().contains("undeclared"), first::text);
        assertTrue(refused.getMessage().startsWith("inline.c:2:10: error: "));
        CompilationException missing =
                assertThrows(
                        CompilationException.class,
                        () -> compiler.compile("c", "#include \"absent.h\"\n"));
        assertEquals(1, missing.diagnostics().getFirst().line());
        assertThrows(CompilationException.class, () -> compiler.compile(folder.resolve("no.c")));
        assertThrows(IllegalArgumentException.class, () -> compiler.compile("-o", "x"));
    }

    /** Returns a compiler that counts its runs in a file, then does what the machine's does. */
    private NativeCompiler counting() throws IOException {
        Path script = folder.resolve("cc");
        Files.writeString(
                script,
                "#!/bin/sh\necho run >>'%s'\nexec '%s' \"$@\"\n"
                        .formatted(folder.resolve("runs"), compiler.program()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        return NativeCompiler.of(script).withCache(folder.resolve("cache"));
    }

    private long runs() throws IOException {
        return Files.readAllLines(folder.resolve("runs")).size();
    }

    @Test
    void theCacheKnowsWhatMatters() throws Exception {
        NativeCompiler counting = counting();
        Path header = Files.writeString(folder.resolve("value is.h"), "#define VALUE 1\n");
        String source = "#include \"value is.h\"\nint value(void) { return VALUE; }\n";
        String include = "-I" + folder;
        byte[] object = counting.compile("c", source, include);
        assertArrayEquals(object, counting.compile("c", source, include));
        assertEquals(1, runs());
        counting.compile("c", source, include, "-O3");
        assertEquals(2, runs());
        counting.compile("c", source + "int more;", include);
        assertEquals(3, runs());
        Files.writeString(header, "#define VALUE 2\n");
        counting.compile("c", source, include);
        assertEquals(4, runs());
        counting.compile("c", source, include);
        assertEquals(4, runs());
        counting().compile("c", source, include);
        Files.writeString(folder.resolve("cc"), "#!/bin/sh\n# another one\nexit 3\n");
        assertThrows(CompilationException.class, () -> counting.compile("c", source, include));
        counting();
        counting.withoutCache().compile("c", source, include);
    }

    @Test
    void damagedEntriesAreMadeAgain() throws Exception {
        byte[] object = compiler.compile("c", "int f(void) { return 1; }");
        try (Stream<Path> entries = Files.list(folder.resolve("cache"))) {
            for (Path entry : entries.filter(e -> e.toString().endsWith(".d")).toList()) {
                Files.writeString(entry, "nonsense");
            }
        }
        assertArrayEquals(object, compiler.compile("c", "int f(void) { return 1; }"));
    }

    @Test
    void filesAreCompiled() throws Exception {
        Path source = folder.resolve("square.c");
        Files.write(source, "double square(double x) { return x * x; }".getBytes(UTF_8));
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("file");
            dylib.compile(source, "-g");
            assertEquals(9, dylib.bind(Square.class).square(3));
            assertEquals(List.of("square"), dylib.symbols().stream().map(s -> s.name()).toList());
        }
    }
}
