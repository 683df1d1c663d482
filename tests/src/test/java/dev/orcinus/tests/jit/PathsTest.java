package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a program that uses the built jars, on the class path and on the module path. */
@Timeout(240)
final class PathsTest {
    private static final String PROGRAM =
            """
            package greeting;

            import dev.orcinus.jit.CallableDylib;
            import dev.orcinus.jit.CallableJit;
            import dev.orcinus.jit.Jit;
            import java.lang.foreign.FunctionDescriptor;
            import java.lang.foreign.ValueLayout;
            import java.lang.invoke.MethodHandle;
            import java.nio.file.Path;

            public final class Greeting {
                public static void main(String[] arguments) throws Throwable {
                    try (CallableJit jit = arguments[0].isEmpty() ? Jit.inProcess() : Jit.isolated()) {
                        CallableDylib dylib = jit.createDylib("greeting");
                        dylib.add(Path.of(arguments[1]));
                        MethodHandle answer =
                                dylib.function("answer", FunctionDescriptor.of(ValueLayout.JAVA_INT));
                        System.out.println("the answer is " + (int) answer.invokeExact());
                    }
                }
            }
            """;

    private static final String PLATFORM =
            System.getProperty("os.name").equals("Linux") ? "platform-linux" : "platform-macos";

    @TempDir Path directory;

    private static List<Path> jars() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String name :
                List.of(
                        "platform-api",
                        "jextract-bindings",
                        "memory",
                        "protocol",
                        "secure",
                        "runtime",
                        "loader",
                        "platform-posix",
                        PLATFORM)) {
            jars.add(ForkedJvm.app().resolve("orcinus-" + name + ".jar"));
        }
        try (DirectoryStream<Path> more =
                Files.newDirectoryStream(ForkedJvm.app(), "orcinus-formats.jar")) {
            more.forEach(jars::add);
        }
        return jars;
    }

    private static String path(List<Path> entries) {
        return String.join(":", entries.stream().map(Path::toString).toList());
    }

    private Finished run(String... command) throws InterruptedException {
        try (Program program = Program.start(directory, List.of(command))) {
            return program.finish();
        }
    }

    private void compile(String option, String path, String... sources)
            throws InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ForkedJvm.tool("javac"), option, path, "-d", "classes"));
        command.addAll(List.of(sources));
        Finished compiled = run(command.toArray(String[]::new));
        assertEquals(0, compiled.status(), compiled::toString);
    }

    private static String object() {
        return JitFixture.object("twice").toString();
    }

    private static void assertGreeting(Finished finished) {
        assertEquals(0, finished.status(), finished::toString);
        assertEquals("the answer is 1\n", finished.output(), finished::toString);
        assertEquals("", finished.errors(), finished::toString);
    }

    /** Runs the program in this process, and where the system can in a process of its own. */
    private void assertGreets(String... options) throws InterruptedException {
        List<String> places =
                PLATFORM.equals("platform-linux") ? List.of("", "isolated") : List.of("");
        for (String place : places) {
            List<String> command =
                    new ArrayList<>(
                            List.of(ForkedJvm.tool("java"), "--illegal-native-access=deny"));
            command.addAll(List.of(options));
            command.addAll(List.of(place, object()));
            assertGreeting(run(command.toArray(String[]::new)));
        }
    }

    private void onTheClassPath(String jars) throws Exception {
        Files.writeString(directory.resolve("Greeting.java"), PROGRAM);
        compile("-cp", jars, "Greeting.java");
        assertGreets(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                jars + ":classes",
                "greeting.Greeting");
    }

    private void onTheModulePath(String jars, String required, String granted) throws Exception {
        Files.writeString(directory.resolve("Greeting.java"), PROGRAM);
        Files.writeString(
                directory.resolve("module-info.java"),
                "module greeting { requires " + required + "; }");
        compile("-p", jars, "Greeting.java", "module-info.java");
        assertGreets(
                "--enable-native-access=" + granted,
                "-p",
                jars + ":classes",
                "-m",
                "greeting/greeting.Greeting");
    }

    @Test
    void onTheClassPath() throws Exception {
        onTheClassPath(path(jars()));
    }

    @Test
    void onTheModulePath() throws Exception {
        onTheModulePath(path(jars()), "dev.orcinus.loader", "dev.orcinus.bindings");
    }

    @Test
    void theLibraryOnTheClassPath() throws Exception {
        onTheClassPath(LibraryJar.path().toString());
    }

    @Test
    void theLibraryOnTheModulePath() throws Exception {
        onTheModulePath(LibraryJar.path().toString(), "dev.orcinus", "dev.orcinus");
    }

    private Finished runWithout(String part) throws Exception {
        Files.writeString(directory.resolve("Greeting.java"), PROGRAM);
        compile("-cp", path(jars()), "Greeting.java");
        List<Path> jars = jars();
        assertTrue(jars.removeIf(jar -> jar.endsWith("orcinus-" + part + ".jar")), part);
        String classPath = path(jars) + ":classes";
        return run(ForkedJvm.tool("java"), "-cp", classPath, "greeting.Greeting", "", object());
    }

    @Test
    void withoutThePlatformTheArtifactIsNamed() throws Exception {
        Finished failed = runWithout(PLATFORM);
        assertEquals(1, failed.status(), failed::toString);
        assertTrue(
                failed.errors().contains("UnsupportedOperationException: no Orcinus host for ")
                        && failed.errors().contains("the artifact orcinus-" + PLATFORM),
                failed::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-api", "formats", "memory", "protocol", "runtime", "secure"})
    void withoutAPartTheArtifactIsNamed(String part) throws Exception {
        Finished failed = runWithout(part);
        assertEquals(1, failed.status(), failed::toString);
        assertTrue(
                failed.errors()
                        .contains(
                                "UnsupportedOperationException: the artifact dev.orcinus:orcinus-"
                                        + part
                                        + " is neither on"),
                failed::toString);
    }
}
