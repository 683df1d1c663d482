package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.IsolatedDylib;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.GuestCrashException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of code in a process of its own that forks: the child ends when it comes back, and answers
 * nothing. The parent waits for its end.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForkingCodeTest {
    private static final String SOURCE =
            """
            #include <sys/wait.h>
            #include <unistd.h>
            static long parent = getpid(), first, second;
            extern "C" {
            long fork_off() {
              int status;
              pid_t child = fork();
              if (child == 0) return 5;
              if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
              return 10 + WEXITSTATUS(status);
            }
            __attribute__((constructor(200))) static void initialize_first() { first = fork_off(); }
            __attribute__((constructor(300))) static void initialize_second() { second = fork_off(); }
            __attribute__((destructor)) static void finalize() { second = fork_off(); }
            long of_initializers() { return first * 100 + second; }
            double twice(double value);
            long call_java() {
              int status;
              pid_t child = fork();
              if (child == 0) { close(2); _exit((int) twice(3)); }
              if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
              return 1000 * (long) twice(3) + WEXITSTATUS(status);
            }
            int program() { return (int) fork_off(); }
            int is_parent() { return getpid() == parent; }
            int crash() { return *(volatile int *) 0; }
            }
            """;

    private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG);
    private static final FunctionDescriptor DOUBLE =
            FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE);
    private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);

    @TempDir private static Path folder;
    private static Path object;

    private IsolatedJit jit;
    private IsolatedDylib dylib;

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "forking", SOURCE);
    }

    @BeforeEach
    void open() throws Exception {
        jit = Jit.isolated();
        dylib = create("forking");
    }

    private IsolatedDylib create(String name) throws Exception {
        IsolatedDylib created = jit.createDylib(name);
        MethodHandle twice =
                MethodHandles.lookup()
                        .findStatic(ForkingCodeTest.class, "twice", DOUBLE.toMethodType());
        created.define("twice", twice, DOUBLE);
        created.add(object);
        return created;
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private static double twice(double value) {
        return 2 * value;
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private long call(String name) throws Throwable {
        return (long) dylib.function(name, LONG).invokeExact();
    }

    private void requireParent() throws Throwable {
        assertEquals(1, (int) dylib.function("is_parent", INT).invokeExact());
    }

    @Test
    void theChildOfACallEnds() throws Throwable {
        for (int i = 0; i < 3; i++) {
            assertEquals(10, call("fork_off"));
            requireParent();
        }
    }

    @Test
    void theChildrenOfInitializersAndFinalizersEnd() throws Throwable {
        assertEquals(1010, call("of_initializers"));
        requireParent();
        dylib.close();
        dylib = create("again");
        assertEquals(10, call("fork_off"));
    }

    @Test
    void theChildOfMainEndsWithWhatMainReturns() throws Throwable {
        assertEquals(15, dylib.run("program", List.of("program")));
        requireParent();
    }

    /** It would go on with a value that Java has not computed. */
    @Test
    void aChildThatCallsJavaEnds() throws Throwable {
        assertEquals(6127, call("call_java"));
        requireParent();
    }

    @Test
    void theCodeReturnsAfterACrash() throws Throwable {
        assertEquals(10, call("fork_off"));
        MethodHandle crash = dylib.function("crash", INT);
        for (int i = 0; i < 2; i++) {
            GuestCrashException end = assertThrows(GuestCrashException.class, () -> crash.invoke());
            assertTrue(end.isRolledBack(), end::getMessage);
            assertEquals(10, call("fork_off"));
        }
    }
}
