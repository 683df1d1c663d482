package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of many threads that use one session, and of initializers that use it. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class ThreadsTest {
    @Parameter private JitKind kind;

    private static CallableDylib calling(CallableJit jit, String name, IntConsumer event) {
        try {
            MethodHandle accept =
                    MethodHandles.lookup()
                            .findVirtual(
                                    IntConsumer.class,
                                    "accept",
                                    MethodType.methodType(void.class, int.class))
                            .bindTo(event);
            return jit.createDylib(name)
                    .define("event", accept, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Test
    void lookupsByManyThreads() throws Exception {
        try (CallableJit jit = kind.open();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            CallableDylib dylib =
                    JitFixture.with(jit.createDylib("test"), "arithmetic", "twice", "needs_answer");
            List<Future<Long>> found = new ArrayList<>();
            CountDownLatch start = new CountDownLatch(1);
            for (int i = 0; i < 64; i++) {
                String name = List.of("add", "ask", "answer", "count").get(i % 4);
                Callable<Long> lookup =
                        () -> {
                            start.await();
                            return dylib.address(name).address();
                        };
                found.add(threads.submit(lookup));
            }
            start.countDown();
            Set<Long> addresses = new HashSet<>();
            for (Future<Long> address : found) {
                addresses.add(address.get());
            }
            assertEquals(4, addresses.size());
            assertEquals(101, JitFixture.call(dylib, "ask"));
        }
    }

    @Test
    void dylibsComeAndGoOnManyThreads() throws Exception {
        try (CallableJit jit = kind.open();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Integer>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String object = i % 2 == 0 ? "twice" : "twice_other";
                answers.add(threads.submit(() -> loadAndCall(jit, object)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertEquals(101 + i % 2, answers.get(i).get());
            }
        }
    }

    private static int loadAndCall(CallableJit jit, String object) throws IOException {
        try (CallableDylib dylib = jit.createDylib(object)) {
            JitFixture.with(dylib, object, "needs_answer").initialize();
            return JitFixture.call(dylib, "ask");
        }
    }

    /** As with {@code dlopen}, the code is initialized when the second caller returns. */
    @Test
    void theSecondWaitsForTheFirstToHaveInitialized() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        IntConsumer event =
                number -> {
                    inside.countDown();
                    awaitQuietly(mayLeave);
                };
        try (CallableJit jit = kind.open();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            CallableDylib dylib = JitFixture.with(calling(jit, "slow", event), "life2");
            Future<?> first = threads.submit(initialize(dylib));
            inside.await();
            Future<?> second = threads.submit(initialize(dylib));
            assertEquals(0, dylib.address("malloc").byteSize(), "lookups go on meanwhile");
            TimeUnit.MILLISECONDS.sleep(100);
            assertFalse(first.isDone() || second.isDone());
            mayLeave.countDown();
            first.get();
            second.get();
        }
    }

    private static Callable<Void> initialize(CallableDylib dylib) {
        return () -> {
            dylib.initialize();
            return null;
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** An initializer loads, initializes and calls other code. */
    @Test
    void initializersUseTheSession() throws Exception {
        List<String> log = new ArrayList<>();
        try (CallableJit jit = kind.open()) {
            CallableDylib[] self = new CallableDylib[1];
            IntConsumer event =
                    number -> {
                        log.add("event " + number);
                        if (number == 11) {
                            log.add("answer " + nested(jit));
                            log.add("itself " + again(self[0]));
                        }
                    };
            self[0] = JitFixture.with(calling(jit, "outer", event), "life2", "life");
            self[0].initialize();
            assertEquals(List.of("event 11", "answer 101", "itself true", "event 1"), log);
        }
        assertTrue(log.contains("event 14"));
    }

    @Test
    void anInitializerCannotCloseItsOwnDylib() throws Exception {
        List<String> log = new ArrayList<>();
        try (CallableJit jit = kind.open()) {
            CallableDylib[] self = new CallableDylib[1];
            IntConsumer event =
                    number -> {
                        log.add("event " + number);
                        log.add(refusal(self[0]::deinitialize));
                        log.add(refusal(self[0]::close));
                    };
            self[0] = JitFixture.with(calling(jit, "own", event), "life2");
            self[0].initialize();
            assertEquals("event 11", log.get(0));
            assertTrue(log.get(1).endsWith("cannot be closed by its own initializer"));
            assertEquals("own cannot be closed by its own initializer or finalizer", log.get(2));
            assertTrue(again(self[0]), "it is there");
            log.clear();
        }
        assertEquals("event 14", log.get(0), "closing closes it");
    }

    /** Each constructor is followed by its destructor, also with many threads. */
    @Test
    void threadsInitializeAndDeinitialize() throws Exception {
        List<Integer> log = Collections.synchronizedList(new ArrayList<>());
        try (CallableJit jit = kind.open();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            CallableDylib dylib = JitFixture.with(calling(jit, "busy", log::add), "life2");
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                boolean opens = i % 2 == 0;
                all.add(threads.submit(opens ? initialize(dylib) : deinitialize(dylib)));
            }
            for (Future<?> one : all) {
                one.get();
            }
        }
        assertTrue(log.size() >= 2 && log.size() % 2 == 0, log::toString);
        for (int i = 0; i < log.size(); i++) {
            assertEquals(i % 2 == 0 ? 11 : 14, log.get(i), log::toString);
        }
    }

    private static Callable<Void> deinitialize(CallableDylib dylib) {
        return () -> {
            dylib.deinitialize();
            return null;
        };
    }

    private static String refusal(Executable use) {
        return assertThrows(IllegalStateException.class, use).getMessage();
    }

    private static int nested(CallableJit jit) {
        try {
            return loadAndCall(jit, "twice");
        } catch (LinkException | IOException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    private static boolean again(CallableDylib dylib) {
        try {
            dylib.initialize();
            return true;
        } catch (LinkException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
