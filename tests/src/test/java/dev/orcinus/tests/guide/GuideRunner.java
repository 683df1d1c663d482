package dev.orcinus.tests.guide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.jit.LibraryJar;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Runs the blocks of one page in a folder, as a reader of the page would. Used by one thread. */
final class GuideRunner {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    private static final Path JDK = Path.of(System.getProperty("java.home"), "bin");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String LINE_OF_DOTS = "...\n";

    private final Path folder;

    private GuideRunner(Path folder) {
        this.folder = folder;
    }

    /** Returns a runner with a folder that has what pages refer to. */
    static GuideRunner in(Path folder) throws IOException {
        Path programs = Files.createDirectories(folder.resolve(".programs"));
        for (String tool : List.of("java", "javac", "jar", "jfr")) {
            Files.createSymbolicLink(programs.resolve(tool), JDK.resolve(tool));
        }
        writeShell(programs.resolve("jshell"), folder);
        Files.createSymbolicLink(programs.resolve("orcinus"), ROOT.resolve("orcinus"));
        Files.createSymbolicLink(folder.resolve("orcinus.jar"), LibraryJar.path());
        Files.createSymbolicLink(folder.resolve("orcinus"), ROOT.resolve("orcinus"));
        Files.createSymbolicLink(folder.resolve("examples"), ROOT.resolve("examples"));
        return new GuideRunner(folder);
    }

    /** JShell keeps its history in the folder, and does not tell that it has made one there. */
    private static void writeShell(Path script, Path folder) throws IOException {
        Files.createDirectories(folder.resolve(".java/.userPrefs"));
        Files.writeString(
                script,
                "#!/bin/sh\nexec '%s' -J-Djava.util.prefs.userRoot='%s' \"$@\"\n"
                        .formatted(JDK.resolve("jshell"), folder));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void run(GuideBlock block) throws IOException, InterruptedException {
        if (block.file().isPresent()) {
            Files.writeString(folder.resolve(block.file().get()), block.text());
        }
        if (!block.isToBeTried()) {
            return;
        }
        block.needs().ifPresent(GuideRunner::requireProgram);
        switch (block.language()) {
            case "java" -> runJava(block);
            case "console" -> runCommands(block);
            default -> compileC(block);
        }
    }

    private static void requireProgram(String name) {
        boolean isThere =
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(entry -> Files.isExecutable(Path.of(entry, name)));
        assumeTrue(isThere, name + " is not here, and a block of this page needs it");
    }

    /** The compiler runs here; the program runs in a JVM of its own. */
    private void runJava(GuideBlock block) throws IOException, InterruptedException {
        Path classes = Files.createDirectories(folder.resolve("classes-" + block.line()));
        Path source = classes.resolve(block.className() + ".java");
        Files.writeString(source, block.program());
        compile(source, classes);
        Finished end =
                start(
                        List.of(
                                JDK.resolve("java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "--enable-native-access=ALL-UNNAMED",
                                "--illegal-native-access=deny",
                                "-cp",
                                LibraryJar.path() + File.pathSeparator + classes,
                                block.className()));
        assertEquals(0, end.status(), end::toString);
        block.output().ifPresent(wanted -> assertPrinted(wanted, end.output(), end));
    }

    private static void compile(Path source, Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean isRight =
                    compiler.getTask(
                                    said,
                                    files,
                                    null,
                                    List.of(
                                            "--release",
                                            "25",
                                            "-cp",
                                            LibraryJar.path().toString(),
                                            "-d",
                                            classes.toString()),
                                    null,
                                    files.getJavaFileObjects(source))
                            .call();
            assertTrue(isRight, said::toString);
        }
    }

    private void compileC(GuideBlock block) throws IOException, InterruptedException {
        requireProgram("cc");
        Path source = folder.resolve("block-" + block.line() + "." + block.language());
        Files.writeString(source, block.text());
        Finished end = start(List.of("cc", "-Wall", "-Werror", "-fsyntax-only", source.toString()));
        assertEquals(0, end.status(), end::toString);
    }

    /**
     * Runs the commands one by one; what each prints, also as errors, has to be on the page. All
     * but the last have to end with status 0.
     */
    private void runCommands(GuideBlock block) throws InterruptedException {
        List<String> lines = block.text().lines().toList();
        for (int i = 0; i < lines.size(); ) {
            assertTrue(lines.get(i).startsWith("$ "), "no command: " + lines.get(i));
            StringBuilder command = new StringBuilder(lines.get(i++).substring(2));
            while (i < lines.size() && lines.get(i).startsWith("> ")) {
                command.append('\n').append(lines.get(i++).substring(2));
            }
            StringBuilder wanted = new StringBuilder();
            while (i < lines.size() && !lines.get(i).startsWith("$ ")) {
                wanted.append(lines.get(i++)).append('\n');
            }
            Finished end = start(List.of("sh", "-c", "exec 2>&1\n" + command));
            assertEquals(i < lines.size() ? 0 : block.status(), end.status(), end::toString);
            assertPrinted(wanted.toString(), end.output(), end);
        }
    }

    private Finished start(List<String> command) throws InterruptedException {
        List<String> all = new ArrayList<>();
        all.add("env");
        all.add("PATH=" + folder.resolve(".programs") + ":" + System.getenv("PATH"));
        all.add("XDG_CACHE_HOME=" + folder.resolve(".cache"));
        all.add("ORCINUS_DAEMON=off");
        all.add("LC_ALL=C.UTF-8");
        all.addAll(command);
        try (Program program = Program.start(folder, all)) {
            return program.finish(LIMIT);
        }
    }

    private static void assertPrinted(String wanted, String printed, Finished end) {
        if (!pattern(wanted).matcher(printed).matches()) {
            assertEquals(wanted, printed, end::toString);
        }
    }

    /** Three dots stand for anything in a line; alone in a line they stand for any lines. */
    static Pattern pattern(String wanted) {
        return Pattern.compile(
                wanted.lines()
                        .map(line -> line + "\n")
                        .map(
                                line ->
                                        line.equals(LINE_OF_DOTS)
                                                ? "(?:.*\n)*?"
                                                : Stream.of(line.split("\\.\\.\\.", -1))
                                                        .map(Pattern::quote)
                                                        .collect(Collectors.joining(".*")))
                        .collect(Collectors.joining()));
    }
}
