package dev.orcinus.platform.linux.contract;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.ExportedFunction.InForkedChild;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a child that guest code forks ends when it comes back from the call, as a process does
 * whose main returns, and takes no call of its parent. The parent waits for that end within its
 * call, so an answer of the child's would come first.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForkedChildrenTest {
    /** What the parent returns: the child has ended by itself, and its output has been written. */
    private static final long ENDED = 100;

    /** The status of a child that has called what it cannot. */
    private static final int NO_FUNCTION = 127;

    /** What main of a child returns. */
    private static final int CHILD = 3;

    private static final String SOURCE =
            """
            #include <pthread.h>
            #include <sched.h>
            #include <signal.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/wait.h>
            #include <unistd.h>

            long fork_off(void) {
              int ends[2], status = -1;
              char text[16] = "";
              if (pipe(ends)) return -1;
              FILE *output = fdopen(ends[1], "w");
              pid_t child = fork();
              if (child == 0) { fprintf(output, "child"); return 3; }
              fclose(output);
              for (long n, at = 0; (n = read(ends[0], text + at, 15 - at)) > 0; at += n) {}
              close(ends[0]);
              if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -2;
              return strcmp(text, "child") ? -3 : 100 + WEXITSTATUS(status);
            }
            double fork_and_add(double value) { return fork_off() + value; }
            int fork_main(int argc, char **argv) { return fork_off(); }
            typedef struct { union { char *pointer; char bytes[8]; } data; size_t size; } Result;
            Result fork_wrapper(const char *data, size_t size) {
              Result r = {{NULL}, 1};
              r.data.bytes[0] = fork_off();
              return r;
            }
            long call_and_fork(long (*f)(long, long, long, long)) { return f(1, 2, 3, 4) + fork_off(); }
            static void *on_thread(void *unused) { return (void *) fork_off(); }
            long fork_on_thread(void) {
              pthread_t thread;
              void *result;
              pthread_create(&thread, NULL, on_thread, NULL);
              pthread_join(thread, &result);
              return (long) result;
            }
            static pthread_t waiting;
            static volatile pid_t forked;
            static void fork_now(int signal) {
              pid_t child = fork();
              if (child) forked = child;
            }
            long fork_on_signal(void) {
              waiting = pthread_self();
              return signal(SIGUSR1, fork_now) == SIG_ERR;
            }
            long send_signal(void) {
              int status;
              pthread_kill(waiting, SIGUSR1);
              while (!forked) sched_yield();
              return waitpid(forked, &status, 0) == forked && WIFEXITED(status) ? 100 + WEXITSTATUS(status) : -1;
            }
            static int ends[2];
            static pid_t forked_to_call(void) {
              if (pipe(ends)) return -1;
              pid_t child = fork();
              if (child == 0) dup2(ends[1], 2);
              return child;
            }
            static long told(pid_t child) {
              char text[200] = "";
              int status = -1;
              close(ends[1]);
              for (long n, at = 0; (n = read(ends[0], text + at, 199 - at)) > 0; at += n) {}
              close(ends[0]);
              if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -2;
              return strstr(text, "a Java function") ? WEXITSTATUS(status) : -3;
            }
            long call_in_child(long (*f)(long)) {
              pid_t child = forked_to_call();
              if (child == 0) _exit(f(5) + 1);
              return told(child);
            }
            double call_double_in_child(double (*f)(double)) {
              pid_t child = forked_to_call();
              if (child == 0) _exit((int) f(5) + 1);
              return told(child);
            }
            long exit_in_child(void (*exit_by_java)(int)) {
              int status;
              pid_t child = fork();
              if (child == 0) { exit_by_java(6); _exit(9); }
              return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -2;
            }
            long crash_now(void) { return *(volatile int *) 0; }
            """;

    private static final String INITIALIZER =
            """
            static long result;
            __attribute__((constructor)) static void initialize(void) { result = fork_off(); }
            long of_initializer(void) { return result; }
            """;

    @TempDir private static Path folder;
    private static String library;
    private static String initialized;

    private IsolatedGuest guest;

    @BeforeAll
    static void compile() throws Exception {
        library = CompiledLibrary.compile("gcc", folder, "forks.c", SOURCE).toString();
        initialized =
                CompiledLibrary.compile("gcc", folder, "starts.c", SOURCE + INITIALIZER).toString();
    }

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
    }

    @AfterEach
    void end() {
        guest.close();
    }

    private ExecutorAddress symbol(String name) throws HostCallException {
        return symbol(library, name);
    }

    private ExecutorAddress symbol(String file, String name) throws HostCallException {
        ExecutorAddress handle = guest.libraries().open(file);
        return guest.libraries().find(handle, name).orElseThrow();
    }

    private long call(String name) throws HostCallException {
        return guest.invoker().call(GuestCall.of(symbol(name))).value();
    }

    @Test
    void ofACall() throws Exception {
        assertEquals(ENDED, call("fork_off"));
        assertEquals(ENDED, call("fork_off"));
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            assertEquals(ENDED, call("fork_off"));
        }
    }

    @Test
    void ofOneOfSeveralCalls() throws Exception {
        GuestCall call = GuestCall.of(symbol("fork_off"));
        assertEquals(
                List.of(ENDED, ENDED, ENDED),
                guest.invoker().callAll(List.of(call, call, call)).value());
    }

    @Test
    void ofACallWithOtherRegisters() throws Throwable {
        MethodHandle add = guest.calls().downcall(FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
        long function = symbol("fork_and_add").value();
        assertEquals(ENDED + 0.5, (double) add.invokeExact(function, 0.5));
    }

    @Test
    void ofAWrapperFunction() throws Exception {
        WrapperFunctionResult.Value result =
                (WrapperFunctionResult.Value)
                        guest.invoker()
                                .callWrapper(
                                        symbol("fork_wrapper"),
                                        MemorySegment.ofArray("data".getBytes(UTF_8)))
                                .value();
        assertEquals(ENDED, result.wireBytes()[0]);
    }

    @Test
    void ofMain() throws Exception {
        assertEquals(
                ENDED + CHILD,
                guest.invoker().callMain(symbol("fork_main"), List.of("main")).value().longValue());
    }

    @Test
    void ofACallWithinACallOfJava() throws Exception {
        GuestCall inner = GuestCall.of(symbol("fork_off"));
        ExportedFunction function =
                ExportedFunction.of((_, _, _, _) -> guest.invoker().call(inner).value());
        ExecutorAddress java = guest.export(List.of(function)).getFirst();
        GuestCall outer = GuestCall.of(symbol("call_and_fork"), java.value());
        assertEquals(2 * ENDED, guest.invoker().call(outer).value());
    }

    /** Such a call has no result: a value that stands for one would be taken for that of Java. */
    @Test
    void thatCallAJavaFunctionEndWithALineOnStandardError() throws Throwable {
        FunctionDescriptor ofLong = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
        MethodHandle negate =
                MethodHandles.lookup().findStatic(Math.class, "negateExact", ofLong.toMethodType());
        FunctionDescriptor ofDouble = FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE);
        MethodHandle root =
                MethodHandles.lookup().findStatic(Math.class, "sqrt", ofDouble.toMethodType());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment plain = guest.calls().callback(negate, ofLong, arena);
            MethodHandle call = guest.calls().downcall(FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
            assertEquals(
                    NO_FUNCTION,
                    (long) call.invokeExact(symbol("call_in_child").value(), plain.address()));
            MemorySegment other = guest.calls().callback(root, ofDouble, arena);
            MethodHandle callDouble =
                    guest.calls().downcall(FunctionDescriptor.of(JAVA_DOUBLE, JAVA_LONG));
            assertEquals(
                    NO_FUNCTION,
                    (double)
                            callDouble.invokeExact(
                                    symbol("call_double_in_child").value(), other.address()));
        }
    }

    /** That it is written in Java must not keep a child from ending. */
    @Test
    void thatCallExitEndWithItsStatus() throws Exception {
        ExportedFunction exit =
                ExportedFunction.of((_, _, _, _) -> 0).inForkedChild(InForkedChild.EXITS);
        ExecutorAddress java = guest.export(List.of(exit)).getFirst();
        GuestCall call = GuestCall.of(symbol("exit_in_child"), java.value());
        assertEquals(6, guest.invoker().call(call).value());
    }

    @Test
    void ofAnInitializer() throws Exception {
        ExecutorAddress result = symbol(initialized, "of_initializer");
        assertEquals(ENDED, guest.invoker().call(GuestCall.of(result)).value());
    }

    /** The C library ends the child with its only thread. */
    @Test
    void ofAThreadOfItsOwn() throws Exception {
        assertEquals(ENDED, call("fork_on_thread"));
    }

    /** The thread that forks waits for a call. */
    @Test
    void ofASignalHandler() throws Exception {
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertEquals(0, other.submit(() -> call("fork_on_signal")).get());
            assertEquals(ENDED, call("send_signal"));
            assertEquals(ENDED, other.submit(() -> call("fork_off")).get());
        }
    }

    @Test
    void beforeAndAfterACrash() throws Exception {
        try (PreparedThread _ = guest.process().prepareMainThread()) {
            assertEquals(ENDED, call("fork_off"));
            GuestCall crash = GuestCall.of(symbol("crash_now"));
            GuestCheckpoint checkpoint = guest.checkpoint();
            assertTrue(guest.invoker().call(crash).isGone());
            checkpoint.restore();
            assertEquals(ENDED, call("fork_off"));
        }
    }
}
