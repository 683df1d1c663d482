package dev.orcinus.tests.compile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.compile.NativeCompiler;
import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.loader.CompilationException;
import dev.orcinus.loader.CompilationException.Diagnostic;
import dev.orcinus.loader.NativeException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.tests.jit.JitKind;
import dev.orcinus.tests.jit.LibraryJar;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of C and C++ in the text of a Java program. */
@Timeout(180)
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

    private static final String ASKS_PROCESSOR =
            """
            int below(int);
            int checked(int n) {
                __builtin_cpu_init();
                return below(n) + (__builtin_cpu_supports("sse2") != 0);
            }
            """;

    /** {@code __cpu_model} is in {@code libgcc.a} only, for a dylib and for one below it. */
    @ParameterizedTest
    @EnumSource(JitKind.class)
    void whatCompilersLinkUnaskedIsThere(JitKind kind) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
        try (CallableJit jit = kind.open()) {
            CallableDylib below = jit.createDylib("below");
            below.compile("c", ASKS_PROCESSOR.replace("below(n)", "n").replace("checked", "below"));
            CallableDylib dylib = jit.createDylib("above").linkAgainst(below);
            dylib.compile("c", ASKS_PROCESSOR);
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                Callable<Integer> call = () -> dylib.bind(Checked.class).checked(40);
                for (Future<Integer> result : threads.invokeAll(Collections.nCopies(4, call))) {
                    assertEquals(42, result.get());
                }
            }
        }
    }

    /** A dylib that is not opened by a request any more gets it by the request itself. */
    @ParameterizedTest
    @EnumSource(JitKind.class)
    void whatCompilersLinkUnaskedIsThereLater(JitKind kind) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = jit.createDylib("later");
            dylib.compile("c", "int below(int n) { return n; }");
            dylib.initialize();
            dylib.deinitialize();
            dylib.compile("c", ASKS_PROCESSOR);
            assertEquals(41, dylib.bind(Checked.class).checked(40));
        }
    }

    @ParameterizedTest
    @EnumSource(JitKind.class)
    void aReplacementGetsWhatCompilersLinkUnasked(JitKind kind) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = jit.createDylib("replaced");
            dylib.compile("c", "int below(int n) { return n; }");
            JitObject first = dylib.compile("c", "int checked(int n) { return n; }");
            Checked checked = dylib.bind(Checked.class);
            assertEquals(40, checked.checked(40));
            dylib.replace(first, compiler.compile("c", ASKS_PROCESSOR));
            assertEquals(41, checked.checked(40));
        }
    }

    /** The archive does not help, so the dylib does not get it. */
    @ParameterizedTest
    @ValueSource(strings = {"__nowhere", "nowhere", "__nowhere __cpu_model"})
    void whatCompilersDoNotHaveStaysMissing(String names) throws Exception {
        Set<String> missing = Set.of(names.split(" "));
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("missing");
            dylib.compile("c", usesOf(missing));
            for (int i = 0; i < 2; i++) {
                UnresolvedSymbolsException e =
                        assertThrows(
                                UnresolvedSymbolsException.class, () -> dylib.bind(Checked.class));
                assertEquals(missing, e.requesters().keySet());
                assertEquals(0, e.getSuppressed().length);
            }
            Path maps = Path.of("/proc/self/maps");
            assertFalse(Files.exists(maps) && Files.readString(maps).contains("libgcc.a"));
        }
    }

    private static String usesOf(Set<String> variables) {
        StringBuilder text = new StringBuilder();
        variables.forEach(name -> text.append("extern int ").append(name).append(";\n"));
        return text + "int checked(int n) { return n + " + String.join(" + ", variables) + "; }";
    }

    /** An initializer adds an object, for which the dylib is linked once more. */
    @ParameterizedTest
    @ValueSource(strings = {"__cpu_model", "__nowhere", "__nowhere __cpu_model"})
    void initializersRunOnceIfSomethingIsMissingThen(String missing) throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("adding");
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger failures = new AtomicInteger();
            Runnable adds =
                    () -> {
                        runs.incrementAndGet();
                        dylib.compile("c", usesOf(Set.of(missing.split(" "))));
                        try {
                            dylib.initialize();
                        } catch (UnresolvedSymbolsException e) {
                            failures.incrementAndGet();
                        }
                    };
            MethodHandle method =
                    MethodHandles.lookup()
                            .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                            .bindTo(adds);
            dylib.define("more", method, FunctionDescriptor.ofVoid());
            dylib.compile(
                    "c", "void more(); __attribute__((constructor)) static void f() { more(); }");
            dylib.initialize();
            assertEquals(1, runs.get());
            assertEquals(missing.contains("__nowhere") ? 1 : 0, failures.get());
        }
    }

    /** No compiler runs while code is linked, so one that never ends does not matter. */
    @Test
    void linkingRunsNoCompiler() throws Exception {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the code is for x86-64");
        Path endless =
                Files.writeString(folder.resolve("endless"), "#!/bin/sh\nexec /bin/sleep 99\n");
        Files.setPosixFilePermissions(endless, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path object =
                Files.write(
                        folder.resolve("asks.o"),
                        compiler.compile("c", ASKS_PROCESSOR.replace("below(n)", "n")));
        Path main =
                Files.writeString(
                        folder.resolve("Links.java"),
                        """
                        interface Checked { int checked(int n); }
                        void main(String[] arguments) throws Exception {
                            try (var jit = dev.orcinus.jit.Jit.inProcess()) {
                                var dylib = jit.createDylib("links");
                                dylib.add(java.nio.file.Path.of(arguments[0]));
                                System.out.println(dylib.bind(Checked.class).checked(40));
                            }
                        }
                        """);
        List<String> command =
                List.of(
                        "env",
                        "ORCINUS_CC=" + endless,
                        "PATH=" + folder,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=dev.orcinus.bindings",
                        "-p",
                        System.getProperty("jdk.module.path"),
                        "--add-modules",
                        "dev.orcinus.compile",
                        main.toString(),
                        object.toString());
        try (Program links = Program.start(folder, command)) {
            Finished end = links.finish();
            assertEquals("41\n", end.output(), end::toString);
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

    /** Writes a file that is older than any compilation. */
    private Path writeOld(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }

    private long runs() throws IOException {
        return Files.readAllLines(folder.resolve("runs")).size();
    }

    @Test
    void theCacheKnowsWhatMatters() throws Exception {
        NativeCompiler counting = counting();
        writeOld("value is.h", "#define VALUE 1\n");
        String source = "#include \"value is.h\"\nint value(void) { return VALUE; }\n";
        String include = "-I" + folder;
        byte[] object = counting.compile("c", source, include);
        assertArrayEquals(object, counting.compile("c", source, include));
        assertEquals(1, runs());
        counting.compile("c", source, include, "-O3");
        assertEquals(2, runs());
        counting.compile("c", source + "int more;", include);
        assertEquals(3, runs());
        writeOld("value is.h", "#define VALUE 2\n");
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

    @ParameterizedTest
    @CsvSource({".d,nonsense", ".d,''", ".o,''", ".o,another object"})
    void damagedEntriesAreMadeAgain(String end, String content) throws Exception {
        byte[] object = compiler.compile("c", "int f(void) { return 1; }");
        try (Stream<Path> entries = Files.list(folder.resolve("cache"))) {
            for (Path entry : entries.filter(e -> e.toString().endsWith(end)).toList()) {
                Files.writeString(entry, content);
            }
        }
        assertArrayEquals(object, compiler.compile("c", "int f(void) { return 1; }"));
    }

    @Test
    void whatChangesWhileItIsCompiledIsNotKept() throws Exception {
        Path header = writeOld("value.h", "#define VALUE 1\n");
        NativeCompiler counting = counting();
        Files.writeString(
                folder.resolve("cc"),
                "#!/bin/sh\necho run >>'%s'\n'%s' \"$@\" || exit\necho '#define VALUE 2' >'%s'\n"
                        .formatted(folder.resolve("runs"), compiler.program(), header));
        String source = "#include \"value.h\"\nint value(void) { return VALUE; }\n";
        byte[] first = counting.compile("c", source, "-I" + folder);
        byte[] second = counting.compile("c", source, "-I" + folder);
        assertEquals(2, runs());
        assertFalse(Arrays.equals(first, second));
    }

    @Test
    void whatDependsOnMoreThanIsKnownIsNotKept() throws Exception {
        NativeCompiler counting = counting();
        String source = "int value(void) { return 1; }\n";
        String options = "@" + writeOld("options", "-DONE=1");
        Path data = writeOld("data", "x");
        String reads = "asm(\".incbin \\\"" + data + "\\\"\");\n";
        writeOld("reads.h", reads);
        Path file = writeOld("file.s", ".data\n.incbin \"" + data + "\"\n");
        for (int run = 1; run <= 2; run++) {
            counting.compile("c", source, "-march=native");
            counting.compile("c", source, options);
            counting.compile("c", reads + source);
            counting.compile("c", "#include \"reads.h\"\n" + source, "-I" + folder);
            counting.compile("assembler", ".data\n.byte 1\n");
            counting.compile(file);
            assertEquals(6L * run, runs());
        }
        counting.compile("c", source);
        counting.compile("c", source);
        assertEquals(13, runs());
    }

    @Test
    void aFolderThatOthersMayWriteIsNotUsed() throws Exception {
        NativeCompiler counting = counting();
        Path cache = folder.resolve("cache");
        counting.compile("c", "int first;");
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
        for (String mode : List.of("rwxrwxr-x", "rwxr-xrwx")) {
            Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString(mode));
            counting.compile("c", "int first;");
            counting.compile("c", "int second;");
        }
        assertEquals(5, runs());
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
        counting.compile("c", "int first;");
        assertEquals(5, runs());
        counting.compile("c", "int second;");
        assertEquals(6, runs());
    }

    /** The JVM of this test has a {@code PATH} with a compiler, so another one has none. */
    @Test
    void aCompilerMayComeLater() throws Exception {
        Path programs = Files.createDirectory(folder.resolve("programs"));
        Path script =
                Files.writeString(
                        folder.resolve("cc"),
                        "#!/bin/sh\nPATH='%s' exec '%s' \"$@\"\n"
                                .formatted(System.getenv("PATH"), compiler.program()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path main =
                Files.writeString(
                        folder.resolve("Later.java"),
                        """
                        import dev.orcinus.compile.MachineCompiler;
                        import dev.orcinus.jit.SourceCompiler.Source;
                        import dev.orcinus.loader.CompilationException;
                        import java.nio.file.Files;
                        import java.nio.file.Path;

                        void main(String[] arguments) throws Exception {
                            var source = Source.of("c", "int n;", java.util.List.of());
                            for (int i = 0; i < 2; i++) {
                                try {
                                    new MachineCompiler().compile(source);
                                } catch (CompilationException e) {
                                    System.out.println(e.getMessage());
                                }
                            }
                            Files.move(Path.of(arguments[0]), Path.of(arguments[1]));
                            System.out.println(new MachineCompiler().compile(source).length > 0);
                        }
                        """);
        List<String> command =
                List.of(
                        "env",
                        "-u",
                        "ORCINUS_CC",
                        "PATH=" + programs,
                        "XDG_CACHE_HOME=" + folder,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-p",
                        System.getProperty("jdk.module.path"),
                        "--add-modules",
                        "dev.orcinus.compile",
                        main.toString(),
                        script.toString(),
                        programs.resolve("cc").toString());
        try (Program later = Program.start(folder, command)) {
            Finished end = later.finish();
            String none =
                    "no C compiler: none of clang, gcc and cc is on PATH, and the class path has no"
                            + " org.bytedeco:llvm for this system; set ORCINUS_CC to one\n";
            assertEquals(none + none + "true\n", end.output(), end::toString);
        }
    }

    /** Returns the jar that {@code tests/llvm/install.sh 20} has put into the Maven repository. */
    private static Path packagedClang() throws IOException {
        String repository = System.getenv("MAVEN_REPOSITORY");
        Path home =
                repository == null
                        ? Path.of(System.getProperty("user.home"), ".m2", "repository")
                        : Path.of(repository);
        Path versions = home.resolve("org/bytedeco/llvm");
        assumeTrue(
                Files.isDirectory(versions),
                "org.bytedeco:llvm is not here; tests/llvm/install.sh 20 fetches it");
        try (Stream<Path> files = Files.walk(versions)) {
            Path jar =
                    files.filter(file -> file.toString().endsWith("-linux-x86_64.jar"))
                            .findFirst()
                            .orElse(null);
            assumeTrue(jar != null, "org.bytedeco:llvm is here, but not for Linux on x86-64");
            return jar;
        }
    }

    /** Nothing is on {@code PATH}; the second run finds what the first one has unpacked. */
    @Test
    @Timeout(300)
    void theClangOfAJarIsTheLast() throws Exception {
        Path jar = packagedClang();
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Path main =
                Files.writeString(
                        folder.resolve("Last.java"),
                        """
                        interface Square { double square(double x); }
                        void main() {
                            try (var jit = dev.orcinus.jit.Jit.inProcess()) {
                                var dylib = jit.createDylib("last");
                                dylib.compile("c", "double square(double x) { return x * x; }", "-DRUN=" + System.nanoTime());
                                System.out.println(dylib.bind(Square.class).square(3));
                            }
                            System.out.println(dev.orcinus.compile.NativeCompiler.find().program().getFileName());
                        }
                        """);
        List<String> command =
                List.of(
                        "env",
                        "-u",
                        "ORCINUS_CC",
                        "PATH=" + empty,
                        "XDG_CACHE_HOME=" + folder,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        LibraryJar.path() + File.pathSeparator + jar,
                        main.toString());
        for (int run = 0; run < 2; run++) {
            try (Program last = Program.start(folder, command)) {
                Finished end = last.finish(Duration.ofMinutes(2));
                assertEquals("9.0\nclang\n", end.output(), end::toString);
            }
        }
        try (Stream<Path> unpacked = Files.list(folder.resolve("orcinus"))) {
            assertEquals(1, unpacked.filter(f -> f.toString().contains("clang-")).count());
        }
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
