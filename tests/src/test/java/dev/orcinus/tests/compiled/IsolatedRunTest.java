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
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a program in a native process of its own behaves as one that is linked natively. */
final class IsolatedRunTest {
    private static final String SOURCE =
            """
            #define _GNU_SOURCE
            #include <locale.h>
            #include <pthread.h>
            #include <signal.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/auxv.h>
            #include <sys/wait.h>
            #include <unistd.h>

            __attribute__((constructor)) static void begin(void) { printf("constructor\\n"); }
            __attribute__((destructor)) static void end(void) { printf("destructor\\n"); }
            static void at_exit(void) { printf("at exit\\n"); }
            static void *later(void *x) { usleep(50000); printf("thread\\n"); exit(5); }
            static void *forever(void *x) { for (;;) pause(); }

            int main(int argc, char **argv, char **envp) {
              const char *kind = argv[1];
              int variables = 0;
              for (char **e = envp; *e; e++) variables++;
              atexit(at_exit);
              printf("%d %s %s %d %s\\n", argc, argv[0], argv[argc - 1], variables, setlocale(LC_ALL, 0));
              printf("%ld %d %s\\n", getauxval(AT_PAGESZ), gettid() == getpid(),
                     getenv("GLIBC_TUNABLES") ? getenv("GLIBC_TUNABLES") : "none");
              for (int i = 1; i < 32; i++) {
                struct sigaction a;
                sigaction(i, 0, &a);
                if (a.sa_handler == SIG_IGN) printf("%d is ignored\\n", i);
              }
              fflush(stdout);
              system("ls /proc/$PPID/fd | xargs; ls /proc/$PPID/task | wc -l");
              pthread_t thread;
              if (!strcmp(kind, "null")) *(volatile int *) 0 = 1;
              if (!strcmp(kind, "abort")) abort();
              if (!strcmp(kind, "exit")) exit(7);
              if (!strcmp(kind, "_exit")) _exit(8);
              if (!strcmp(kind, "quick_exit")) quick_exit(9);
              if (!strcmp(kind, "term")) raise(SIGTERM);
              if (!strcmp(kind, "kill")) raise(SIGKILL);
              if (!strcmp(kind, "pipe")) raise(SIGPIPE);
              if (!strcmp(kind, "alarm")) { alarm(1); pause(); }
              if (!strcmp(kind, "divide")) { volatile int zero = argc - 3; return 100 / zero; }
              if (!strcmp(kind, "pthread_exit")) { pthread_create(&thread, 0, later, 0); pthread_exit(0); }
              if (!strcmp(kind, "threads")) pthread_create(&thread, 0, forever, 0);
              if (!strcmp(kind, "deep")) { volatile char big[7 << 20]; memset((void *) big, 1, sizeof big); return big[77]; }
              if (!strcmp(kind, "exec")) execl("/bin/echo", "echo", "another program", (char *) 0);
              if (!strcmp(kind, "fork")) {
                if (fork() == 0) _exit(3);
                int status;
                wait(&status);
                return WEXITSTATUS(status);
              }
              return 42;
            }
            """;

    @TempDir private static Path directory;

    @BeforeAll
    static void compile() throws Exception {
        Files.writeString(directory.resolve("kinds.c"), SOURCE);
        try (Program cc = cc("-c", "-fPIC", "-O1", "-w", "kinds.c", "-o", "kinds.o")) {
            assertEquals(0, cc.finish().status());
        } catch (UncheckedIOException e) {
            assumeTrue(false, "no C compiler: install gcc");
        }
        try (Program link = cc("kinds.o", "-o", "native", "-pthread")) {
            assertEquals(0, link.finish().status());
        }
    }

    private static Program cc(String... arguments) {
        List<String> command = new ArrayList<>(List.of("cc"));
        command.addAll(List.of(arguments));
        return Program.start(directory, command);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "return",
                "null",
                "abort",
                "exit",
                "_exit",
                "quick_exit",
                "term",
                "kill",
                "pipe",
                "alarm",
                "divide",
                "pthread_exit",
                "threads",
                "deep",
                "exec",
                "fork"
            })
    void outputAndStatusAreThoseOfTheNativeProgram(String kind) throws Exception {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated", "kinds.o"));
        command.addAll(List.of("--", kind, "last"));
        Finished ours = finish(command);
        Finished expected =
                finish(
                        List.of(
                                "bash",
                                "-c",
                                "exec -a kinds.o ./native \"$@\"",
                                "bash",
                                kind,
                                "last"));
        assertEquals(expected.output(), ours.output(), ours::toString);
        assertEquals(expected.status(), ours.status(), ours::toString);
        String crash = "orcinus: the program crashed: SIG";
        boolean isCrash = List.of("null", "abort", "divide").contains(kind);
        assertTrue(ours.errors().startsWith(isCrash ? crash : ""), ours::toString);
        assertEquals(isCrash, !ours.errors().isEmpty(), ours::toString);
    }

    private static Finished finish(List<String> command) throws InterruptedException {
        try (Program program = Program.start(directory, command)) {
            return program.finish();
        }
    }

    static List<CompiledProgram> programs() {
        Stream<CompiledProgram> all =
                CompiledProgram.all().stream().filter(program -> program.toString().contains("O2"));
        return Stream.concat(all, Stream.of(CompiledProgram.NEEDS_COPIES)).toList();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void compiledProgramsRun(CompiledProgram program) throws InterruptedException {
        List<String> command = new ArrayList<>(ExecutorCommand.of("run", "--isolated"));
        program.objects().forEach(object -> command.add(object.toString()));
        Finished end = finish(command);
        String result = end.output() + "status " + end.status() + "\n";
        assertEquals(program.expected(), result, end::toString);
        assertEquals("", end.errors());
    }

    @Test
    void aProgramThatCannotBeLinkedIsAnError() throws Exception {
        Files.writeString(
                directory.resolve("missing.c"), "int f(void); int main(void) { return f(); }");
        try (Program cc = cc("-c", "-fPIC", "missing.c")) {
            assertEquals(0, cc.finish().status());
        }
        Finished end = finish(ExecutorCommand.of("run", "--isolated", "missing.o"));
        assertEquals(1, end.status(), end::toString);
        assertTrue(end.errors().contains("f"), end::toString);
    }

    /** A shell waits for the program, not for what its children hold. */
    @ParameterizedTest
    @ValueSource(strings = {"--isolated", "--in-jvm"})
    void aProgramEndsWhateverItsChildrenHold(String place) throws Exception {
        Files.writeString(
                directory.resolve("leaves.c"),
                """
                #include <stdio.h>
                #include <unistd.h>
                int main(void) {
                  int pid = fork();
                  if (pid == 0) { setsid(); sleep(100); _exit(0); }
                  printf("%d\\n", pid);
                  return 42;
                }
                """);
        try (Program cc = cc("-c", "-fPIC", "-w", "leaves.c")) {
            assertEquals(0, cc.finish().status());
        }
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >held 2>&1", "sh"));
        command.addAll(ExecutorCommand.of("run", place, "leaves.o"));
        Finished end = finish(command); // in less than 30 s, and the child would hold it for 100 s
        String held = Files.readString(directory.resolve("held"));
        assertEquals(42, end.status(), held);
        ProcessHandle child = ProcessHandle.of(Long.parseLong(held.strip())).orElseThrow();
        assertTrue(child.isAlive(), "a program's child lives on, as it does natively");
        child.destroyForcibly();
    }
}
