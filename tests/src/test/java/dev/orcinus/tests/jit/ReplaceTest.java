package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.JitObject;
import dev.orcinus.jit.bind.Symbol;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of objects that are replaced while their functions are called. */
@Timeout(240)
@ParameterizedClass
@EnumSource(JitKind.class)
final class ReplaceTest {
    private static final String SOURCE =
            """
            typedef int (*Visitor)(int);
            extern "C" {
            int total = 0;
            int started = STEP;
            static int made = 0;
            __attribute__((constructor)) static void begin() { made++; }
            int add(int n) { total += n * STEP; return total; }
            int made_count() { return made; }
            int visit(Visitor visitor) { int before = STEP; visitor(0); return before * 100 + STEP; }
            #if STEP == 3
            long wide = 0;
            #else
            int wide = 0;
            #endif
            #if STEP != 4
            int extra() { return STEP; }
            #endif
            #if STEP == 5
            int absent(); int needs() { return absent(); }
            #endif
            }
            """;

    private static final int MANY = 200;

    /** Many functions, of which each returns the version. */
    private static final String MANY_FUNCTIONS =
            IntStream.range(0, MANY)
                    .mapToObj(i -> "int f" + i + "() { return STEP; }\n")
                    .collect(Collectors.joining("", "extern \"C\" {\n", "}\n"));

    /** Code whose first version refers to another object, {@link #HELPER}. */
    private static final String USER =
            """
            extern "C" {
            int helper(int n);
            int visit_then_help(int (*visitor)(int)) {
              visitor(0);
            #if STEP == 1
              return helper(6);
            #else
              return 0;
            #endif
            }
            }
            """;

    private static final String HELPER = "extern \"C\" int helper(int n) { return n * 7; }";

    private static final String MAIN_FUNCTION =
            "int main(int count, char **arguments) { return STEP; }";

    /** A program; the second version is initialized for long, and has other state. */
    private static final String STATUS =
            """
            extern "C" {
            int main(int count, char **arguments) { return STEP; }
            #if STEP == 41
            int state = 0;
            #else
            long state = 0;
            void pause_here();
            __attribute__((constructor)) static void begin() { pause_here(); }
            #endif
            }
            """;

    /** A callback. */
    @FunctionalInterface
    interface Visitor {
        int visit(int number);
    }

    /** The functions. */
    interface Functions {
        int add(int n);

        int visit(Visitor visitor);
    }

    /** A function of {@link #USER}. */
    interface User {
        @Symbol("visit_then_help")
        int visitThenHelp(Visitor visitor);
    }

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private static final List<byte[]> VERSIONS = new ArrayList<>();
    private CallableJit jit;
    private CallableDylib dylib;
    private JitObject object;
    private Functions functions;

    @BeforeAll
    static void compile() throws Exception {
        VERSIONS.add(null);
        for (int i = 1; i <= 5; i++) {
            Path version = CompiledObject.compile(folder, "version" + i, SOURCE, "-DSTEP=" + i);
            VERSIONS.add(Files.readAllBytes(version));
        }
    }

    @BeforeEach
    void open() {
        jit = kind.open();
        dylib = jit.createDylib("replaced");
        object = dylib.add("counter.o", VERSIONS.get(1));
        functions = dylib.bind(Functions.class);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    @Test
    void newCallsGoToTheNewCode() {
        MethodHandle add = dylib.function("add", JitFixture.INT_OF_INT);
        MethodHandle extra = dylib.function("extra", JitFixture.INT);
        assertEquals(5, functions.add(5));
        dylib.replace(object, VERSIONS.get(2), "total");
        assertEquals(15, functions.add(5));
        assertEquals(17, call(add, 1));
        assertEquals(2, JitFixture.call(extra));
        assertEquals(1, JitFixture.call(dylib, "made_count"));
        dylib.replace(object, VERSIONS.get(1));
        assertEquals(1, functions.add(1));
        object.close();
        assertThrows(IllegalStateException.class, () -> functions.add(1));
    }

    private static int call(MethodHandle function, int argument) {
        try {
            return (int) function.invokeExact(argument);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void callsThatAreInsideFinishInTheOldCode() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        MemorySegment total = dylib.address("total");
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Integer> old =
                    pool.submit(
                            () ->
                                    functions.visit(
                                            _ -> {
                                                inside.countDown();
                                                await(replaced);
                                                return 0;
                                            }));
            inside.await();
            dylib.replace(object, VERSIONS.get(2), "total");
            assertEquals(202, functions.visit(n -> n));
            assertTrue(total.scope().isAlive());
            replaced.countDown();
            assertEquals(101, old.get());
        }
        for (int i = 0; i < 12_000 && total.scope().isAlive(); i++) {
            Thread.sleep(5);
        }
        assertFalse(total.scope().isAlive());
        assertEquals(1, dylib.symbols().stream().filter(s -> s.name().equals("add")).count());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFailureChangesNothing() {
        assertEquals(3, functions.add(3));
        MethodHandle extra = dylib.function("extra", JitFixture.INT);
        assertThrows(
                IllegalArgumentException.class,
                () -> dylib.replace(object, VERSIONS.get(3), "total", "wide"));
        UnresolvedSymbolsException missing =
                assertThrows(
                        UnresolvedSymbolsException.class,
                        () -> dylib.replace(object, VERSIONS.get(4)));
        assertEquals(List.of("extra"), List.copyOf(missing.requesters().keySet()));
        assertThrows(
                UnresolvedSymbolsException.class, () -> dylib.replace(object, VERSIONS.get(5)));
        assertThrows(
                UnresolvedSymbolsException.class,
                () -> dylib.replace(object, VERSIONS.get(2), "nothing"));
        assertEquals(7, functions.add(4));
        assertEquals(1, JitFixture.call(extra));
        dylib.replace(object, VERSIONS.get(2), "total");
        assertEquals(9, functions.add(1));
    }

    @Test
    void manyReplacementsWhileThreadsCall() throws Exception {
        int count = kind == JitKind.IN_PROCESS ? 1_000 : 100;
        try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
            List<Future<Integer>> callers = new ArrayList<>();
            CountDownLatch done = new CountDownLatch(1);
            for (int i = 0; i < 2; i++) {
                callers.add(
                        pool.submit(
                                () -> {
                                    int calls = 0;
                                    while (done.getCount() > 0) {
                                        int result = functions.visit(n -> n);
                                        assertTrue(result == 101 || result == 202, "" + result);
                                        calls++;
                                    }
                                    return calls;
                                }));
            }
            for (int i = 0; i < count; i++) {
                dylib.replace(object, VERSIONS.get(1 + i % 2), "total");
            }
            done.countDown();
            for (Future<Integer> caller : callers) {
                assertTrue(caller.get() > 0);
            }
        }
        assertEquals(0, functions.add(0));
    }

    /** The function of {@code run} is found, and called, in the same version. */
    @Test
    void programsRunWhileTheyAreReplaced() throws Exception {
        List<byte[]> versions =
                List.of(compiled("main1", MAIN_FUNCTION, 1), compiled("main2", MAIN_FUNCTION, 2));
        JitObject program = dylib.add("main.o", versions.getFirst());
        dylib.run("main", List.of("program"));
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            CountDownLatch done = new CountDownLatch(1);
            Future<Integer> running =
                    pool.submit(
                            () -> {
                                int runs = 0;
                                for (; done.getCount() > 0; runs++) {
                                    int status = dylib.run("main", List.of("program"));
                                    assertTrue(status == 1 || status == 2, "" + status);
                                }
                                return runs;
                            });
            for (int i = 0; i < 200; i++) {
                dylib.replace(program, versions.get(i % 2));
            }
            done.countDown();
            assertTrue(running.get() > 0);
        }
        assertEquals(2, dylib.run("main", List.of("program")));
    }

    /** A process waits for a replacement before it looks for its program. */
    @Test
    void aProcessBecomesAProgramWhoseReplacementFails() throws Exception {
        assumeTrue(kind == JitKind.IN_PROCESS, "only this process becomes a program");
        Path old = CompiledObject.compile(folder, "status41", STATUS, "-DSTEP=41");
        Path next = CompiledObject.compile(folder, "status42", STATUS, "-DSTEP=42");
        List<String> command =
                ForkedJvm.command(BecomingProgram.class, old.toString(), next.toString());
        try (Program program = Program.start(folder, command)) {
            Finished end = program.finish();
            assertEquals(41, end.status(), end::toString);
        }
    }

    @Test
    void uncheckedHandlesForbidIt() {
        assumeTrue(kind == JitKind.IN_PROCESS);
        MethodHandle add = ((InProcessDylib) dylib).uncheckedFunction("add", JitFixture.INT_OF_INT);
        IllegalStateException refused =
                assertThrows(
                        IllegalStateException.class, () -> dylib.replace(object, VERSIONS.get(2)));
        assertTrue(refused.getMessage().contains("unchecked"), refused::getMessage);
        assertEquals(3, call(add, 3));
    }

    private static byte[] compiled(String name, String source, int step) throws Exception {
        return Files.readAllBytes(CompiledObject.compile(folder, name, source, "-DSTEP=" + step));
    }

    @Test
    void handlesThatAreMadeMeanwhileCallTheNewCode() throws Exception {
        List<byte[]> versions =
                List.of(compiled("many1", MANY_FUNCTIONS, 1), compiled("many2", MANY_FUNCTIONS, 2));
        JitObject many = dylib.add("many.o", versions.getFirst());
        List<MethodHandle> handles = new ArrayList<>();
        handles.add(dylib.function("f0", JitFixture.INT));
        int replacements = 0;
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<?> resolving =
                    pool.submit(
                            () -> {
                                for (int i = 1; i < MANY; i++) {
                                    handles.add(dylib.function("f" + i, JitFixture.INT));
                                }
                            });
            while (!resolving.isDone()) {
                replacements++;
                dylib.replace(many, versions.get(replacements % 2));
            }
            resolving.get();
        }
        assertEquals(MANY, handles.size());
        for (MethodHandle handle : handles) {
            assertEquals(1 + replacements % 2, JitFixture.call(handle));
        }
    }

    /** The old code has a call inside, and uses an object that the new code does not use. */
    @Test
    void whatTheOldCodeUsesStays() throws Exception {
        JitObject helper = dylib.add("helper.o", compiled("helper", HELPER, 1));
        JitObject user = dylib.add("user.o", compiled("user1", USER, 1));
        byte[] next = compiled("user2", USER, 2);
        User bound = dylib.bind(User.class);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            Future<Integer> old =
                    pool.submit(
                            () ->
                                    bound.visitThenHelp(
                                            _ -> {
                                                inside.countDown();
                                                await(replaced);
                                                return 0;
                                            }));
            inside.await();
            dylib.replace(user, next);
            IllegalStateException refused =
                    assertThrows(IllegalStateException.class, helper::close);
            assertTrue(refused.getMessage().contains("replaced code of "), refused::getMessage);
            replaced.countDown();
            assertEquals(42, old.get());
        }
        assertEquals(0, bound.visitThenHelp(n -> n));
        for (int i = 0; !hasClosed(helper); i++) {
            assertTrue(i < 12_000, "the old code has not gone");
            Thread.sleep(5);
        }
    }

    private static boolean hasClosed(JitObject object) {
        try {
            object.close();
            return true;
        } catch (IllegalStateException stays) {
            return false;
        }
    }
}
