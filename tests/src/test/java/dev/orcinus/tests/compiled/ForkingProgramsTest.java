package dev.orcinus.tests.compiled;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.executor.ExecutorCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that the children of a program of {@code orcinus run} neither hang nor hold it up. */
@Timeout(value = 400, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForkingProgramsTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("orcinus.root"), "orcinus");
    private static final int LIMIT_SECONDS = 180;
    private static final int CHILDREN = 93;

    /** An end is noticed at once; a machine that is busy with other things needs some time. */
    private static final long MOST_MILLIS = 30_000;

    /** Threads hold the locks of malloc, stdio and the dynamic linker while children are made. */
    private static final String CHILDREN_THAT_WORK =
            """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/wait.h>
            #include <time.h>
            #include <unistd.h>
            static void *busy(void *output) {
                for (;;) {
                    char *block = malloc(1000);
                    fprintf((FILE *) output, "%s", block ? "x" : "");
                    dlsym(RTLD_DEFAULT, "printf");
                    free(block);
                }
            }
            static void *nothing(void *x) { return x; }
            static void work(FILE *output) {
                pthread_t thread;
                char *blocks[100];
                for (int i = 0; i < 100; i++) blocks[i] = malloc(100 * i + 1);
                for (int i = 0; i < 100; i++) free(blocks[i]);
                setenv("CHILD", "yes", 1);
                time_t now = time(0);
                localtime(&now);
                fprintf(output, "%d", getpid());
                fflush(output);
                if (pthread_create(&thread, 0, nothing, 0) || pthread_join(thread, 0)) _exit(2);
                if (!dlsym(RTLD_DEFAULT, "qsort")) _exit(3);
                exit(0);
            }
            int main(int argc, char **argv) {
                int count = atoi(argv[1]), ended = 0, status, pids[1000];
                FILE *output = fopen("/dev/null", "w");
                pthread_t thread;
                for (int i = 0; i < 3; i++) pthread_create(&thread, 0, busy, output);
                for (int i = 0; i < count; i++) {
                    pids[i] = fork();
                    if (pids[i] == 0) work(output);
                }
                for (int round = 0; round < 12000 && ended < count; round++) {
                    while (waitpid(-1, &status, WNOHANG) > 0) ended += status == 0;
                    usleep(10000);
                }
                printf("%d of %d\\n", ended, count);
                fflush(stdout);
                _exit(0);
            }
            """;

    /** The child holds the output for two minutes, and the parent says when it ends. */
    private static final String CHILD_THAT_STAYS =
            """
            #include <stdio.h>
            #include <time.h>
            #include <unistd.h>
            int main(int argc, char **argv) {
                int pid = fork();
                if (pid == 0) {
                    if (argc > 1) setsid();
                    sleep(120);
                    _exit(0);
                }
                struct timespec now;
                clock_gettime(CLOCK_REALTIME, &now);
                printf("%d %lld\\n", pid, now.tv_sec * 1000LL + now.tv_nsec / 1000000);
                return 7;
            }
            """;

    @TempDir private static Path folder;

    /** A way to run a program. */
    enum Way {
        LAUNCHER_PROCESS,
        CHILD_OF_A_JVM;

        List<String> command(String object, String... arguments) {
            List<String> command = new ArrayList<>();
            if (this == LAUNCHER_PROCESS) {
                command.addAll(List.of(LAUNCHER.toString(), "run", object, "--"));
            } else {
                command.addAll(ExecutorCommand.of("run", "--isolated", object, "--"));
            }
            command.addAll(List.of(arguments));
            return command;
        }
    }

    @BeforeAll
    static void compile() throws Exception {
        compile("work", CHILDREN_THAT_WORK);
        compile("stay", CHILD_THAT_STAYS);
    }

    private static void compile(String name, String text) throws Exception {
        Path source = Files.writeString(folder.resolve(name + ".c"), text);
        Path object = folder.resolve(name + ".o");
        List<String> cc =
                List.of("cc", "-c", "-w", "-fPIC", "-o", object.toString(), source.toString());
        try {
            assertEquals(0, new ProcessBuilder(cc).inheritIO().start().waitFor());
        } catch (IOException e) {
            assumeTrue(false, "no C compiler: install gcc");
        }
    }

    private static String object(String name) {
        return folder.resolve(name + ".o").toString();
    }

    /** Starts a command whose output goes to a file, so that nobody waits for its end. */
    private static Process start(Path output, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void noForkedChildHangs(Way way) throws Exception {
        Path output = folder.resolve(way + ".work");
        Process program = start(output, way.command(object("work"), "" + CHILDREN));
        try {
            assertTrue(program.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it hangs");
            assertEquals(CHILDREN + " of " + CHILDREN + "\n", Files.readString(output));
            assertEquals(0, program.exitValue());
        } finally {
            program.descendants().forEach(ProcessHandle::destroyForcibly);
            program.destroyForcibly();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void itEndsWithItsProgramWhateverTheChildrenHold(Way way) throws Exception {
        endsInTime(way, new String[0]);
        endsInTime(way, "in a session of its own");
    }

    private static void endsInTime(Way way, String... arguments) throws Exception {
        Path output = folder.resolve(way + ".stay" + arguments.length);
        Process program = start(output, way.command(object("stay"), arguments));
        assertTrue(program.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "it waits for its child");
        long now = System.currentTimeMillis();
        String[] words = Files.readString(output).strip().split(" ", -1);
        long child = Long.parseLong(words[0]);
        try {
            assertTrue(ProcessHandle.of(child).isPresent(), "the child has ended, too");
            long late = now - Long.parseLong(words[1]);
            assertTrue(late < MOST_MILLIS, "it ends " + late + " ms after its program");
            assertEquals(7, program.exitValue());
        } finally {
            ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
