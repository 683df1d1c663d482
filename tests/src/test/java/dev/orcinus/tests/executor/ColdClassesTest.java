package dev.orcinus.tests.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a cold start has all its classes of ours from the start-up cache, so that the training
 * runs do what starts do; and that nothing is used which Java generates code for at each start, as
 * methods of records and switches over types. What only some of several starts do, as on a busy
 * machine, does not count.
 */
final class ColdClassesTest {
    private static final Path ROOT = Path.of(System.getProperty("orcinus.root"));
    private static final int STATUS_OF_HELLO = 42;
    private static final int STARTS = 4;

    private static final Pattern LOADED_ELSEWHERE =
            Pattern.compile("(dev\\.orcinus\\.[^ /]+)\\S* source: (?!shared objects file).*");

    private static final Pattern EXPENSIVE =
            Pattern.compile(
                    ".*'(java/(?:util/Formatter|lang/runtime/ObjectMethods|math/BigDecimal))'.*");

    /** What starts the daemon in the background does so when the user has what he waits for. */
    private static final Pattern AFTERWARDS =
            Pattern.compile("dev\\.orcinus\\.(daemon\\.background\\.|cli\\.ColdStart).*");

    @TempDir private Path folder;

    @BeforeEach
    void requireCaches() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "starts of Linux");
        Path app = ROOT.resolve("cli/target/app");
        assumeTrue(
                Files.exists(app.resolve("run.aot")) && Files.exists(app.resolve("session.aot")),
                "there are no start-up caches");
    }

    @Test
    void aProgramThatIsRun() throws Exception {
        assertEquals(Set.of(), foundAlways(List.of(orcinus(), "run", hello())));
    }

    @Test
    void aProgramWithLibraries() throws Exception {
        List<String> command =
                List.of(orcinus(), "run", hello(), "-l:libm.so.6", "-l:libresolv.so.2");
        assertEquals(Set.of(), foundAlways(command));
    }

    @Test
    void aSessionOfAController() throws Exception {
        Llvm llvm = new Llvm(22);
        String jitlink = llvm.tool("llvm-jitlink");
        String runtime = "-orc-runtime=" + llvm.orcRuntime();
        List<String> command =
                List.of(jitlink, "-oop-executor=" + orcinus(), runtime, hello(), "-args", "x");
        assertEquals(Set.of(), foundAlways(command));
    }

    private static String orcinus() {
        return ROOT.resolve("orcinus").toString();
    }

    private static String hello() {
        String arm = System.getProperty("os.arch").equals("aarch64") ? "-aarch64" : "";
        return ROOT.resolve("examples/hello/hello" + arm + ".o").toString();
    }

    /** Returns what each of several starts has used, though it should not. */
    private Set<String> foundAlways(List<String> command) throws Exception {
        Set<String> found = found(command, 0);
        for (int start = 1; start < STARTS && !found.isEmpty(); start++) {
            found.retainAll(found(command, start));
        }
        return found;
    }

    private Set<String> found(List<String> command, int start) throws Exception {
        Path log = folder.resolve("classes" + start);
        String options = "-Xlog:class+load=info,class+init=info:file=" + log + ":none";
        List<String> cold = new ArrayList<>();
        cold.addAll(List.of("env", "ORCINUS_DAEMON=off", "ORCINUS_JAVA_OPTS=" + options));
        cold.addAll(command);
        try (Program program = Program.start(folder, cold)) {
            Finished end = program.finish();
            assertEquals(STATUS_OF_HELLO, end.status(), end::toString);
        }
        return found(log);
    }

    private static Set<String> found(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log);
        assertTrue(
                lines.stream().anyMatch(line -> line.startsWith("dev.orcinus.cli.Main source: ")),
                "the classes are not logged");
        Set<String> found = new TreeSet<>();
        for (String line : lines) {
            for (Pattern pattern : List.of(LOADED_ELSEWHERE, EXPENSIVE)) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.matches() && !AFTERWARDS.matcher(matcher.group(1)).matches()) {
                    found.add(matcher.group(1));
                }
            }
        }
        return found;
    }
}
