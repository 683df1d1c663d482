package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the reports of programs that crash: functions, files and lines are those that GDB tells of
 * the same program, linked natively.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CrashBacktraceTest {
    private static final String SOURCE =
            """
            #include <pthread.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            #include <exception>
            #include <stdexcept>

            static volatile int zero;
            static volatile int sink;

            extern "C" {

            struct Guard {
                ~Guard() { sink = sink + 1; }
            };

            static int boom(int *p) {
                return *p + zero;
            }

            int middle(long k) {
                Guard guard;
                int r = boom((int *) k);
                return r + 1;
            }

            static int compare(const void *, const void *) {
                return middle(zero);
            }

            static void handler(int) {
                sink = middle(zero);
            }

            int recurse(int n) {
                volatile char space[200];
                space[n % 200] = (char) n;
                return recurse(n + 1) + space[0];
            }

            static void *thread(void *) {
                sink = middle(zero);
                return nullptr;
            }

            void thrower(int k) {
                Guard guard;
                if (k > 0) throw std::runtime_error("uncaught");
            }

            void quiet() noexcept {
                thrower(3);
            }

            long many(long n, double d, long a, long b, long c, long e, long f, long g) {
                char space[n + 8];
                memset(space, (int) d, sizeof space);
                sink = middle(zero);
                return space[a] + b + c + e + f + g;
            }

            } // extern "C"

            class Shape {
            public:
                virtual int area(int k) { return middle(k + zero); }
                virtual ~Shape() {}
            };

            int main(int, char **argv) {
                switch (atoi(argv[1])) {
                    case 0: return middle(zero);
                    case 1: return (int) strlen((char *) (long) zero);
                    case 2: return recurse(1);
                    case 3: ((void (*)()) (long) zero)(); return 1;
                    case 4: abort();
                    case 5: {
                        int v[] = {3, 1, 2};
                        qsort(v, 3, 4, compare);
                        return v[0];
                    }
                    case 6: signal(SIGUSR1, handler); raise(SIGUSR1); return 0;
                    case 7: __builtin_trap();
                    case 8: return 100 / zero;
                    case 9: {
                        pthread_t other;
                        pthread_create(&other, nullptr, thread, nullptr);
                        pthread_join(other, nullptr);
                        return 0;
                    }
                    case 10: thrower(3); return 0;
                    case 11: quiet(); return 0;
                    case 12: return (int) many(70, 1.5, 1, 2, 3, 4, 5, 6);
                    case 13: { Shape shape; return shape.area(0); }
                    case 14: { void *volatile p = malloc(40); free(p); free(p); return 0; }
                    case 15: *(volatile long *) 0x8000000000000000 = 1; return 0;
                    case 16: kill(getpid(), SIGSEGV); return 0;
                    case 17: { void *frames = __builtin_frame_address(0); memset(frames, 0x41, 64); return middle(zero); }
                }
                return 0;
            }
            """;

    private static final Pattern CALL =
            Pattern.compile(
                    "([\\w:]+)(?:\\(.*?\\))?(?:\\.cold| \\[clone .*?])?\\+0x[0-9a-f]+"
                            + " \\((crash.cpp:\\d+)\\)");
    private static final Pattern GDB_CALL =
            Pattern.compile(
                    "#\\d+ +(?:0x[0-9a-f]+ in )?([\\w:]+) \\(.*\\) at (?:.*/)?(crash.cpp:\\d+)");

    private static final Map<String, Finished> RUNS = new ConcurrentHashMap<>();

    @TempDir private static Path directory;

    @BeforeAll
    static void compile() throws Exception {
        Files.writeString(directory.resolve("crash.cpp"), SOURCE);
        for (String level : List.of("O0", "O2")) {
            String object = level + ".o";
            List<String> options =
                    List.of("-g", "-" + level, "-fno-inline", "-fno-optimize-sibling-calls", "-w");
            List<String> command = new ArrayList<>(List.of("c++", "-c", "-fPIC"));
            command.addAll(options);
            command.addAll(List.of("crash.cpp", "-o", object));
            succeed(command);
            succeed(List.of("c++", object, "-o", level + ".native", "-pthread"));
        }
    }

    private static void succeed(List<String> command) throws InterruptedException {
        try (Program compiler = Program.start(directory, command)) {
            Finished end = compiler.finish();
            assertEquals(0, end.status(), end::toString);
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C++ compiler: install g++");
        }
    }

    /** Runs the program in a guest process, once for each level and kind. */
    private static Finished run(String level, int kind) throws InterruptedException {
        Finished known = RUNS.get(level + kind);
        if (known == null) {
            known = start(level, kind);
            RUNS.put(level + kind, known);
        }
        return known;
    }

    private static Finished start(String level, int kind) throws InterruptedException {
        List<String> command =
                ExecutorCommand.of("run", "--isolated", level + ".o", "--", "" + kind);
        try (Program program = Program.start(directory, command)) {
            return program.finish();
        }
    }

    private static String summary(Finished end) {
        return end.errors().lines().filter(l -> l.startsWith("orcinus: ")).findFirst().orElse("");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 139, SIGSEGV (address not mapped) at address 0x0 in boom+",
        "1, 139, SIGSEGV (address not mapped) at address 0x0 in ",
        "2, 139, SIGSEGV (stack overflow) at address 0x7",
        "3, 139, 'SIGSEGV (address not mapped) at address 0x0 in 0x0, called by main+'",
        "4, 134, SIGABRT in ",
        "6, 139, SIGSEGV (address not mapped) at address 0x0 in boom+",
        "7, 132, SIGILL (illegal operand) at address 0x7",
        "8, 136, SIGFPE (integer division by zero) at address 0x7",
        "9, 139, SIGSEGV (address not mapped) at address 0x0 in boom+",
        "10, 134, SIGABRT in ",
        "15, 139, SIGSEGV (address not allowed) in main+",
        "16, 139, SIGSEGV (sent by a process) in ",
        "17, 139, SIGSEGV (address not mapped) at address 0x0 in boom+"
    })
    void theSummarySaysWhatHasHappened(int kind, int status, String expected) throws Exception {
        Finished end = run("O0", kind);
        assertEquals(status, end.status(), end::toString);
        assertTrue(
                summary(end).startsWith("orcinus: the program crashed: " + expected),
                end::toString);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void callsAreThoseThatGdbTells(int kind) throws Exception {
        for (String level : List.of("O0", "O2")) {
            List<String> expected = gdb(level, kind);
            Finished end = run(level, kind);
            assertEquals(expected, calls(end), end::toString);
            assertTrue(expected.size() > 0, "GDB has found calls");
        }
    }

    /** Returns the calls in linked code, as in {@code main crash.cpp:7}. */
    private static List<String> calls(Finished end) {
        List<String> calls = new ArrayList<>();
        for (String line : end.errors().lines().toList()) {
            boolean isCallee = line.startsWith("orcinus: ") && !line.contains(", called by ");
            if (isCallee || line.startsWith("    #")) {
                CALL.matcher(line).results().map(CrashBacktraceTest::text).forEach(calls::add);
            }
        }
        return calls;
    }

    private static String text(MatchResult call) {
        return call.group(1) + " " + call.group(2);
    }

    private static List<String> gdb(String level, int kind) throws InterruptedException {
        List<String> command =
                List.of(
                        "gdb",
                        "-nx",
                        "-batch",
                        "-ex",
                        "set debuginfod enabled off",
                        "-ex",
                        "handle SIGUSR1 nostop",
                        "-ex",
                        "run",
                        "-ex",
                        "backtrace",
                        "--args",
                        "./" + level + ".native",
                        "" + kind);
        try (Program gdb = Program.start(directory, command)) {
            List<String> lines = gdb.finish().output().lines().toList();
            return lines.stream()
                    .flatMap(line -> GDB_CALL.matcher(line).results())
                    .map(CrashBacktraceTest::text)
                    .toList();
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no gdb: install gdb");
            throw e;
        }
    }

    @Test
    void librariesOnTheWayAreNamed() throws Exception {
        Finished end = run("O2", 4);
        assertTrue(end.errors().contains(" abort+0x"), end::toString);
        assertTrue(end.errors().contains("(libc.so.6)"), end::toString);
    }

    @Test
    void repeatedCallsAreOneLine() throws Exception {
        Finished end = run("O0", 2);
        List<String> lines = end.errors().lines().toList();
        Pattern repeated =
                Pattern.compile("    #1 0x[0-9a-f]+ recurse\\+0x[0-9a-f]+ .*, \\d+ times");
        assertTrue(repeated.matcher(lines.get(1)).matches(), end::toString);
        assertTrue(lines.size() <= 3, end::toString);
    }
}
