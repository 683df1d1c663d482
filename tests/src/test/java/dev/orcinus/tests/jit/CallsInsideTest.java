package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that nothing is freed while a call is inside of it, and that the error names the function.
 */
@Timeout(600)
@ParameterizedClass
@EnumSource(JitKind.class)
final class CallsInsideTest {
    @Parameter private JitKind kind;

    private static final Duration RACE_LIMIT = Duration.ofMinutes(5);

    @TempDir Path directory;

    private static CallableDylib asking(CallableJit jit, String name, IntUnaryOperator java)
            throws Exception {
        MethodHandle apply =
                MethodHandles.lookup()
                        .findVirtual(
                                IntUnaryOperator.class,
                                "applyAsInt",
                                MethodType.methodType(int.class, int.class))
                        .bindTo(java);
        return jit.createDylib(name).define("java", apply, JitFixture.INT_OF_INT);
    }

    private static void assertRefused(String function, String owner, Runnable close) {
        IllegalStateException e = assertThrows(IllegalStateException.class, close::run);
        String expected = "stays as long as a call of '" + function + "' is inside of " + owner;
        assertTrue(e.getMessage().endsWith(expected), e::getMessage);
    }

    /** The thread that closes is itself inside. */
    @Test
    void aCallThatClosesWhatItIsIn() throws Throwable {
        try (CallableJit jit = kind.open()) {
            List<Runnable> closes = new ArrayList<>();
            String object = JitFixture.object("asks_java").toString();
            IntUnaryOperator java =
                    number -> {
                        closes.forEach(close -> assertRefused("asks", object, close));
                        return number;
                    };
            CallableDylib dylib = asking(jit, "test", java);
            JitObject added = dylib.add(JitFixture.object("asks_java"));
            closes.addAll(List.of(added::close, dylib::close, jit::close));
            MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
            assertEquals(50, (int) asks.invokeExact(4));
            assertEquals(60, (int) asks.invokeExact(5), "everything is as before");
            added.close();
            assertThrows(IllegalStateException.class, () -> asks.invoke(4));
            jit.createDylib("later").close();
        }
    }

    @Test
    void aCallOnAnotherThread() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        IntUnaryOperator java =
                number -> {
                    inside.countDown();
                    awaitQuietly(mayLeave);
                    return number;
                };
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            CallableJit jit = kind.open();
            CallableDylib dylib = asking(jit, "test", java);
            JitObject added = dylib.add(JitFixture.object("asks_java"));
            String object = added.name();
            MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
            Future<Object> call = threads.submit(() -> asksOf(asks));
            inside.await();
            assertRefused("asks", object, added::close);
            assertRefused("asks", object, dylib::close);
            assertRefused("asks", object, jit::close);
            assertTrue(dylib.find("asks").isPresent(), "everything can be used");
            mayLeave.countDown();
            assertEquals(10, call.get());
            jit.close();
            assertThrows(IllegalStateException.class, () -> asksOf(asks));
        }
    }

    private static Object asksOf(MethodHandle asks) throws Exception {
        try {
            return asks.invoke(0);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A call into an object also keeps the objects that its code refers to. */
    @Test
    void aCallInsideOfCodeThatRefersToIt() throws Exception {
        try (CallableJit jit = kind.open()) {
            List<Runnable> closes = new ArrayList<>();
            String user = JitFixture.object("needs_answer").toString();
            IntUnaryOperator java =
                    number -> {
                        closes.forEach(close -> assertRefused("ask", user, close));
                        return number;
                    };
            CallableDylib used = asking(jit, "used", java);
            JitObject relays = used.add(JitFixture.object("relays"));
            CallableDylib dylib = JitFixture.with(jit.createDylib("user"), "needs_answer");
            dylib.linkAgainst(used);
            closes.addAll(List.of(relays::close, used::close));
            assertEquals(142, JitFixture.call(dylib, "ask"));
            dylib.close();
            relays.close();
        }
    }

    /** A call also keeps the Java methods that another dylib has defined and its code refers to. */
    @Test
    void aCallInsideOfCodeThatRefersToAJavaMethod() throws Throwable {
        try (CallableJit jit = kind.open()) {
            List<Runnable> closes = new ArrayList<>();
            String user = JitFixture.object("asks_java").toString();
            IntUnaryOperator java =
                    number -> {
                        closes.forEach(close -> assertRefused("asks", user, close));
                        return number;
                    };
            CallableDylib used = asking(jit, "used", java);
            CallableDylib dylib = JitFixture.with(jit.createDylib("user"), "asks_java");
            dylib.linkAgainst(used);
            closes.add(used::close);
            MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
            assertEquals(50, (int) asks.invokeExact(4));
            dylib.close();
            used.close();
        }
    }

    /** A handle ends with the dylib that defines the Java method, whichever dylib was asked. */
    @Test
    void handlesOfJavaMethodsOfAnotherDylib() throws Throwable {
        try (CallableJit jit = kind.open()) {
            CallableDylib used = asking(jit, "used", number -> number + 1);
            CallableDylib dylib = jit.createDylib("user").linkAgainst(used);
            MethodHandle java = dylib.function("java", JitFixture.INT_OF_INT);
            assertEquals(5, (int) java.invokeExact(4));
            used.close();
            assertThrows(IllegalStateException.class, () -> java.invoke(4));
        }
    }

    /** Nobody calls initializers and finalizers through a handle, but they are inside as well. */
    @Test
    void initializersAndFinalizersInside() throws Exception {
        List<Integer> log = new ArrayList<>();
        List<Runnable> closes = new ArrayList<>();
        String expected =
                "used stays as long as an initializer, a finalizer or replaced code of "
                        + JitFixture.object("life2")
                        + " runs";
        IntConsumer event =
                number -> {
                    log.add(number);
                    closes.forEach(close -> assertRefused(expected, close));
                };
        MethodHandle accept =
                MethodHandles.lookup()
                        .findVirtual(
                                IntConsumer.class,
                                "accept",
                                MethodType.methodType(void.class, int.class))
                        .bindTo(event);
        try (CallableJit jit = kind.open()) {
            CallableDylib used =
                    jit.createDylib("used")
                            .define(
                                    "event",
                                    accept,
                                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
            CallableDylib dylib = JitFixture.with(jit.createDylib("user"), "life2");
            dylib.linkAgainst(used);
            closes.add(used::close);
            dylib.initialize();
            dylib.close();
            used.close();
        }
        assertEquals(List.of(11, 14), log);
    }

    /** Finalizers call what their dylib is linked against, whichever was made first. */
    @Test
    void whatIsLinkedAgainstIsClosedLast() throws Exception {
        List<Integer> log = new ArrayList<>();
        IntConsumer event = log::add;
        MethodHandle accept =
                MethodHandles.lookup()
                        .findVirtual(
                                IntConsumer.class,
                                "accept",
                                MethodType.methodType(void.class, int.class))
                        .bindTo(event);
        try (CallableJit jit = kind.open()) {
            CallableDylib events =
                    jit.createDylib("events")
                            .define(
                                    "event",
                                    accept,
                                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
            CallableDylib user = JitFixture.with(jit.createDylib("user"), "life2");
            CallableDylib used = JitFixture.with(jit.createDylib("used"), "life");
            used.linkAgainst(events).initialize();
            user.linkAgainst(events).linkAgainst(used).initialize();
        }
        assertEquals(List.of(1, 11, 14, 3, 4), log);
    }

    private static void assertRefused(String message, Runnable close) {
        assertEquals(message, assertThrows(IllegalStateException.class, close::run).getMessage());
    }

    @Test
    void aProgramInside() throws Exception {
        try (CallableJit jit = kind.open()) {
            List<Runnable> closes = new ArrayList<>();
            String object = JitFixture.object("relays").toString();
            IntUnaryOperator java =
                    number -> {
                        closes.forEach(close -> assertRefused("answer", object, close));
                        return number;
                    };
            CallableDylib dylib = JitFixture.with(asking(jit, "test", java), "relays");
            closes.addAll(List.of(dylib::close, jit::close));
            assertEquals(42, dylib.run("answer", List.of("program")));
        }
    }

    /** Finalizers may call Java, and Java may call functions of the dylib that is being closed. */
    @Test
    void finalizersCallWhatIsGoing() throws Exception {
        List<Integer> log = new ArrayList<>();
        CallableDylib[] self = new CallableDylib[1];
        MethodHandle[] count = new MethodHandle[1];
        IntUnaryOperator event =
                number -> {
                    log.add(number);
                    log.add(number == 4 ? JitFixture.call(count[0]) : 0);
                    return 0;
                };
        MethodHandle apply =
                MethodHandles.lookup()
                        .findVirtual(
                                IntUnaryOperator.class,
                                "applyAsInt",
                                MethodType.methodType(int.class, int.class))
                        .bindTo(event);
        try (CallableJit jit = kind.open()) {
            self[0] = jit.createDylib("test").define("event", apply, JitFixture.INT_OF_INT);
            JitFixture.with(self[0], "life", "arithmetic");
            count[0] = self[0].function("count", JitFixture.INT);
            assertEquals(1, JitFixture.call(count[0]));
        }
        assertEquals(List.of(1, 0, 3, 0, 4, 2), log);
        assertThrows(IllegalStateException.class, () -> JitFixture.call(count[0]));
    }

    /** A second closing thread waits, and nothing is closed twice. */
    @Test
    void manyThreadsClose() throws Exception {
        List<Integer> log = Collections.synchronizedList(new ArrayList<>());
        IntUnaryOperator event =
                number -> {
                    log.add(number);
                    return 0;
                };
        MethodHandle apply =
                MethodHandles.lookup()
                        .findVirtual(
                                IntUnaryOperator.class,
                                "applyAsInt",
                                MethodType.methodType(int.class, int.class))
                        .bindTo(event);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 50; i++) {
                CallableJit jit = kind.open();
                CallableDylib dylib =
                        jit.createDylib("test").define("event", apply, JitFixture.INT_OF_INT);
                JitFixture.with(dylib, "life2").initialize();
                List<Future<?>> closed = new ArrayList<>();
                for (int j = 0; j < 8; j++) {
                    closed.add(threads.submit(j % 2 == 0 ? dylib::close : jit::close));
                }
                for (Future<?> one : closed) {
                    one.get();
                }
                assertEquals(List.of(11, 14), log);
                log.clear();
            }
        }
    }

    /** Eight threads call while another thread closes, many times. */
    @Test
    void threadsCallWhileAnotherCloses() throws Exception {
        String rounds = kind == JitKind.IN_PROCESS ? "3000" : "400";
        String object = JitFixture.object("naps").toString();
        List<String> command = ForkedJvm.command(ClosingRace.class, object, rounds, kind.name());
        try (Program race = Program.start(directory, command)) {
            Finished finished = race.finish(RACE_LIMIT);
            assertEquals(0, finished.status(), finished::toString);
            assertTrue(finished.output().startsWith(rounds + " rounds, "), finished::toString);
        }
    }
}
