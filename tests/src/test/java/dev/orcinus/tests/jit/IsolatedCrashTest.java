package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CheckpointPolicy;
import dev.orcinus.jit.IsolatedDylib;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.GuestCrashException;
import dev.orcinus.loader.LinkException;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what is left after code in a process of its own has ended it. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IsolatedCrashTest {
    private static final String SOURCE =
            """
            #include <csignal>
            #include <cstdio>
            #include <cstdlib>
            #include <map>
            #include <stdexcept>
            #include <string>
            #include <thread>
            #include <unistd.h>
            static long steps;
            static std::map<long, std::string> table;
            static thread_local long own = 7;
            static int recurse(volatile char *p) {
              volatile char frame[4096];
              frame[0] = *p;
              return recurse(frame) + frame[1];
            }
            extern "C" {
            long java(long number);
            long step() { own++; table[steps] = std::to_string(steps); return ++steps; }
            long state() { return steps * 1000 + own * 10 + (long) table.size(); }
            long write_at(long *address) { *address = 1; return 0; }
            long ask(long number) { return java(number); }
            long visit(long (*visitor)(long), long number) { return visitor(number) + 1; }
            int ask_and_crash() { java(1); return *(volatile int *) 0; }
            long own_thread() { std::thread([] { for (;;) pause(); }).detach(); return 0; }
            long destroy(int kind) {
              steps += 500;
              own += 500;
              table.clear();
              switch (kind) {
                case 0: *(volatile int *) 0 = 1; break;
                case 1: abort();
                case 2: exit(3);
                case 3: { char c = 0; return recurse(&c); }
                case 4: { void *volatile p = malloc(200); free(p); free(p); break; }
                case 5: { volatile int zero = 0; return 100 / zero; }
                case 6: __builtin_trap();
                case 7: []() noexcept { throw std::runtime_error("uncaught"); }();
                case 8: raise(SIGKILL); break;
                case 9: _exit(0);
                case 10: ((void (*)()) 0x1234567)(); break;
                case 11: { std::thread t([] { *(volatile int *) 0 = 1; }); t.join(); break; }
                case 12: execl("/bin/true", "true", (char *) 0); break;
                case 13: quick_exit(4);
              }
              return -1;
            }
            }
            """;

    private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG);
    private static final FunctionDescriptor LONG_OF_LONG =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    private static final int STEPS = 5;

    /** 5 steps, a thread-local of 7 + 5, and 5 entries. */
    private static final long AFTER_STEPS = 5 * 1000 + 12 * 10 + 5;

    @TempDir private static Path folder;
    private static Path object;

    private IsolatedJit jit;
    private IsolatedDylib dylib;
    private LongUnaryOperator java = number -> number;

    /** A way to end the process. */
    enum Kind {
        NULL(0, 11),
        ABORT(1, 6),
        EXIT(2, 0),
        STACK_OVERFLOW(3, 11),
        DOUBLE_FREE(4, 6),
        DIVISION(5, 8),
        TRAP(6, 4),
        UNCAUGHT(7, 6),
        KILL(8, 9),
        QUIET_EXIT(9, 0),
        NOWHERE(10, 11),
        ON_ITS_OWN_THREAD(11, 11),
        EXEC(12, 0),
        QUICK_EXIT(13, 0);

        private final int number;
        private final int signal;

        /**
         * A way to end.
         *
         * @param number of the case in the source
         * @param signal that ends the process; 0 if it exits
         */
        Kind(int number, int signal) {
            this.number = number;
            this.signal = signal;
        }

        OptionalInt signal() {
            return signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal);
        }
    }

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "crashes", SOURCE);
    }

    @BeforeEach
    void open() throws Exception {
        open(CheckpointPolicy.AFTER_LOADING);
    }

    private void open(CheckpointPolicy policy) throws Exception {
        jit = Jit.isolated(policy);
        dylib = load();
    }

    private IsolatedDylib load() throws Exception {
        IsolatedDylib loaded = jit.createDylib("crashes");
        loaded.add(object);
        return loaded.define("java", javaMethod(), LONG_OF_LONG);
    }

    private MethodHandle javaMethod() throws ReflectiveOperationException {
        return MethodHandles.lookup()
                .findVirtual(
                        IsolatedCrashTest.class,
                        "java",
                        MethodType.methodType(long.class, long.class))
                .bindTo(this);
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private long java(long number) {
        return java.applyAsLong(number);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private static long call(MethodHandle function) {
        try {
            return (long) function.invokeExact();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static long call(MethodHandle function, Object argument) {
        try {
            return (long) function.invoke(argument);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void step(int times) {
        MethodHandle step = dylib.function("step", LONG);
        for (int i = 0; i < times; i++) {
            call(step);
        }
    }

    private long state() {
        return call(dylib.function("state", LONG));
    }

    private MethodHandle destroy() {
        return dylib.function("destroy", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));
    }

    private GuestCrashException crash(MethodHandle function, Object argument) {
        return assertThrows(GuestCrashException.class, () -> call(function, argument));
    }

    @ParameterizedTest
    @EnumSource
    void theStateIsThatOfTheCheckpoint(Kind kind) {
        step(STEPS);
        jit.checkpoint();
        MethodHandle destroy = destroy();
        MethodHandle step = dylib.function("step", LONG);
        for (int round = 0; round < 2; round++) {
            GuestCrashException crash = crash(destroy, kind.number);
            assertTrue(crash.isRolledBack(), crash::getMessage);
            assertEquals(kind == Kind.EXEC ? OptionalInt.empty() : kind.signal(), crash.signal());
            assertEquals(AFTER_STEPS, state());
        }
        assertEquals(STEPS + 1, call(step));
    }

    @Test
    void aStatusOfExitIsAFact() {
        MethodHandle destroy = destroy();
        assertEquals(OptionalInt.of(3), crash(destroy, Kind.EXIT.number).exitStatus());
        assertEquals(OptionalInt.of(4), crash(destroy, Kind.QUICK_EXIT.number).exitStatus());
        assertEquals(OptionalInt.empty(), crash(destroy, Kind.NULL.number).exitStatus());
    }

    @Test
    void aCrashSaysWhereItWas() {
        MethodHandle write = dylib.function("write_at", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        GuestCrashException crash = crash(write, MemorySegment.ofAddress(0x1230));
        assertEquals(OptionalInt.of(11), crash.signal());
        assertEquals(OptionalLong.of(0x1230), crash.address());
        assertEquals("write_at", crash.symbol().orElseThrow());
        assertTrue(crash.backtrace().getFirst().startsWith("write_at+0x"), crash::getMessage);
        assertTrue(crash.getMessage().contains("SIGSEGV"), crash::getMessage);
        assertTrue(crash.getMessage().contains("last checkpoint"), crash::getMessage);
    }

    /** Without another checkpoint, the state is that of the first call. */
    @Test
    void aCheckpointIsTakenAfterLoading() {
        step(STEPS);
        crash(destroy(), Kind.NULL.number);
        assertEquals(70, state());
        step(STEPS);
        assertEquals(AFTER_STEPS, state());
    }

    @Test
    void anInitializerThatCrashesLeavesTheOthers() throws Exception {
        step(STEPS);
        jit.checkpoint();
        String text =
                "struct Bad { Bad() { *(volatile int *) 8 = 1; } } bad; int after() { return 1; }";
        IsolatedDylib bad = jit.createDylib("bad");
        bad.add(CompiledObject.compile(folder, "bad", text));
        GuestCrashException crash = assertThrows(GuestCrashException.class, bad::initialize);
        assertTrue(crash.isRolledBack(), crash::getMessage);
        assertEquals(OptionalLong.of(8), crash.address());
        assertEquals(AFTER_STEPS, state());
        assertThrows(GuestCrashException.class, () -> bad.address("_Z5afterv"));
        bad.close();
        step(1);
        assertEquals(6 * 1000 + 13 * 10 + 6, state());
    }

    /** The dylibs of a process that is lost refuse everything; others are loaded into a new one. */
    @Test
    void withoutACheckpointEverythingIsLost() throws Exception {
        jit.close();
        open(CheckpointPolicy.ON_REQUEST);
        step(STEPS);
        MethodHandle step = dylib.function("step", LONG);
        GuestCrashException crash = crash(destroy(), Kind.NULL.number);
        assertFalse(crash.isRolledBack());
        assertEquals(OptionalInt.of(11), crash.signal());
        GuestCrashException late = assertThrows(GuestCrashException.class, () -> call(step));
        assertFalse(late.isRolledBack());
        assertThrows(LinkException.class, () -> dylib.add(object));
        assertThrows(LinkException.class, jit::checkpoint);
        IsolatedDylib lost = dylib;
        dylib = load();
        assertThrows(GuestCrashException.class, () -> call(step));
        step(STEPS);
        assertEquals(AFTER_STEPS, state());
        jit.checkpoint();
        assertTrue(crash(destroy(), Kind.ABORT.number).isRolledBack());
        assertEquals(AFTER_STEPS, state());
        lost.close();
    }

    @Test
    void threadsOfTheCodeAreGoneAfterACrash() {
        step(STEPS);
        jit.checkpoint();
        call(dylib.function("own_thread", LONG));
        IllegalStateException e = assertThrows(IllegalStateException.class, jit::checkpoint);
        assertTrue(e.getMessage().contains("threads of its own"), e::getMessage);
        assertTrue(crash(destroy(), Kind.NULL.number).isRolledBack());
        jit.checkpoint();
        assertEquals(AFTER_STEPS, state());
    }

    @Test
    void aCallThatRunsKeepsFromCheckpoints() {
        List<Class<?>> thrown = new ArrayList<>();
        java =
                number -> {
                    try {
                        jit.checkpoint();
                    } catch (IllegalStateException e) {
                        thrown.add(e.getClass());
                    }
                    return number + 1;
                };
        assertEquals(5, call(dylib.function("ask", LONG_OF_LONG), 4L));
        assertEquals(List.of(IllegalStateException.class), thrown);
    }

    /** The exception leaves native code as it does in this process; the process goes on. */
    @Test
    void anExceptionOfACallbackIsThrownByTheCall() {
        IllegalArgumentException reason = new IllegalArgumentException("no such number");
        java =
                number -> {
                    throw reason;
                };
        MethodHandle ask = dylib.function("ask", LONG_OF_LONG);
        step(STEPS);
        for (int i = 0; i < 100; i++) { // more than there is room for at once
            assertSame(reason, assertThrows(IllegalArgumentException.class, () -> call(ask, 4L)));
        }
        assertEquals(AFTER_STEPS, state());
        java = number -> number + 1;
        assertEquals(5, call(ask, 4L));
    }

    /** Its entry is used again when its arena has been closed. */
    @Test
    void aCallbackOfAnArenaThrows() throws Exception {
        IllegalArgumentException reason = new IllegalArgumentException("of an arena");
        java =
                number -> {
                    throw reason;
                };
        MethodHandle visit =
                dylib.function("visit", FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
        for (int i = 0; i < 100; i++) {
            try (Arena arena = Arena.ofShared()) {
                MemorySegment callback = jit.callback(javaMethod(), LONG_OF_LONG, arena);
                assertSame(
                        reason,
                        assertThrows(
                                IllegalArgumentException.class, () -> visit.invoke(callback, 3L)));
            }
        }
        assertEquals(70, state());
    }

    /** Main has a thread of its own, which has ended when the crash is told. */
    @Test
    void anExceptionBeforeACrashOfMainIsToldWithIt() {
        IllegalStateException reason = new IllegalStateException("before a crash");
        java =
                number -> {
                    throw reason;
                };
        GuestCrashException crash =
                assertThrows(
                        GuestCrashException.class,
                        () -> dylib.run("ask_and_crash", List.of("program")));
        assertEquals(List.of(reason), List.of(crash.getSuppressed()));
        java = number -> number;
        assertEquals(70, state());
        assertEquals(9, call(dylib.function("ask", LONG_OF_LONG), 9L));
    }

    /** What a callback has thrown because of a crash is not thrown by a later call. */
    @Test
    void anExceptionBecauseOfACrashIsToldWithIt() {
        IllegalStateException reason = new IllegalStateException("because of a crash");
        java =
                number -> {
                    crash(destroy(), (int) number);
                    throw reason;
                };
        MethodHandle ask = dylib.function("ask", LONG_OF_LONG);
        GuestCrashException crash = crash(ask, 0L);
        assertEquals(List.of(reason), List.of(crash.getSuppressed()));
        java = number -> number;
        assertEquals(9, call(ask, 9L));
        assertEquals(70, state());
    }

    @Test
    void aCrashInANestedCallEndsTheOuterOneToo() {
        List<Boolean> inner = new ArrayList<>();
        java =
                number -> {
                    inner.add(crash(destroy(), (int) number).isRolledBack());
                    inner.add(state() == 70);
                    return 1;
                };
        assertTrue(crash(dylib.function("ask", LONG_OF_LONG), 0L).isRolledBack());
        assertEquals(List.of(true, true), inner);
        assertEquals(70, state());
    }

    @Test
    void allCallsThatRunEnd() throws Exception {
        CountDownLatch inside = new CountDownLatch(3);
        CountDownLatch end = new CountDownLatch(1);
        java =
                number -> {
                    inside.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    return number;
                };
        MethodHandle ask = dylib.function("ask", LONG_OF_LONG);
        call(dylib.function("state", LONG));
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<Long>> asking = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                asking.add(threads.submit(() -> call(ask, 1L)));
            }
            inside.await();
            assertTrue(crash(destroy(), Kind.NULL.number).isRolledBack());
            assertEquals(70, state());
            end.countDown();
            for (Future<Long> one : asking) {
                ExecutionException e = assertThrows(ExecutionException.class, one::get);
                assertTrue(((GuestCrashException) e.getCause()).isRolledBack());
            }
        }
        java = number -> number;
        assertEquals(8, call(ask, 8L));
    }

    @Test
    void eightThreadsCrashAndCall() throws Exception {
        MethodHandle destroy = destroy();
        MethodHandle ask = dylib.function("ask", LONG_OF_LONG);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                boolean crashes = i < 2;
                all.add(threads.submit(() -> calls(ask, destroy, crashes)));
            }
            for (Future<Integer> one : all) {
                assertTrue(one.get() > 0);
            }
        }
        assertEquals(9, call(ask, 9L));
    }

    /** The thread of the process must not be left waiting for an answer that nobody gives. */
    @Test
    void theEndOfThisStackEndsCallsThatNest() throws Exception {
        Path nesting =
                CompiledObject.compile(
                        folder,
                        "nesting",
                        "extern \"C\" int through(int (*call)(int)) { return call(1) + 1; }");
        List<String> command = ForkedJvm.command(EndlessNesting.class, nesting.toString());
        try (Program program = Program.start(folder, command)) {
            Finished finished = program.finish();
            assertEquals(0, finished.status(), finished::toString);
            assertTrue(
                    finished.output().matches("((StackOverflowError|GuestCrashException)\n){6,}"),
                    finished::toString);
            assertTrue(finished.output().contains("StackOverflowError"), finished::toString);
        }
    }

    /** Returns how many calls have returned, of a hundred; some crash. */
    private static int calls(MethodHandle ask, MethodHandle destroy, boolean crashes) {
        int returned = 0;
        for (int n = 0; n < 100; n++) {
            try {
                if (crashes && n % 20 == 10) {
                    call(destroy, 0);
                }
                assertEquals(n, call(ask, (long) n));
                returned++;
            } catch (GuestCrashException e) {
                assertTrue(e.isRolledBack(), e::getMessage);
            }
        }
        return returned;
    }
}
