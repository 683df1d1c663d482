package dev.orcinus.tests.loader;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.LinkException;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * The main class of the JVMs that {@link ThreadLocalsTest} forks: loads code with thread-locals
 * into itself. Throws an exception for an error, else prints {@code fine}.
 */
public final class ThreadLocalGuest {
    private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor INT_OF_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG);

    private final Path fixtures;

    private ThreadLocalGuest(Path fixtures) {
        this.fixtures = fixtures;
    }

    /**
     * Runs the case that the second argument names, with the objects in the folder of the first
     * argument.
     */
    public static void main(String[] arguments) throws Throwable {
        ThreadLocalGuest guest = new ThreadLocalGuest(Path.of(arguments[0]));
        List<String> rest = List.of(arguments).subList(2, arguments.length);
        switch (arguments[1]) {
            case "models" -> guest.models(rest.get(0), rest.get(1));
            case "apart" -> guest.apart(rest.get(0), rest.get(1));
            case "aligned" -> guest.aligned(rest.get(0));
            case "destructors" -> guest.destructors(rest.get(0));
            case "closing" -> guest.closing();
            case "living-thread" -> guest.livingThread();
            case "cycles" -> guest.cycles(Integer.parseInt(rest.get(0)));
            case "refusals" -> guest.refusals();
            case "hidden" -> guest.hidden();
            case "address" -> guest.address();
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        System.out.println("fine");
    }

    private InProcessDylib dylib(InProcessJit jit, String... objects) throws Exception {
        InProcessDylib dylib = jit.createDylib(String.join("+", objects));
        for (String object : objects) {
            dylib.add(fixtures.resolve(object + ".o"));
        }
        return dylib;
    }

    private static int call(InProcessDylib dylib, String function) throws Throwable {
        return (int) dylib.function(function, INT).invokeExact();
    }

    private static int call(InProcessDylib dylib, String function, int argument) throws Throwable {
        return (int) dylib.function(function, INT_OF_INT).invokeExact(argument);
    }

    private static void require(String what, long expected, long found) {
        if (expected != found) {
            throw new AssertionError(what + " is " + found + ", not " + expected);
        }
    }

    /** Links two objects that refer to each other's thread-locals, in one batch. */
    private void models(String model, String otherModel) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "models-" + model, "other-" + otherModel);
            use(dylib);
        }
    }

    /** Links the same two objects one after the other, as far as that is possible. */
    private void apart(String model, String otherModel) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib first = dylib(jit, "other-" + otherModel);
            InProcessDylib second = dylib(jit, "models-" + model);
            InProcessDylib third = dylib(jit, "other-" + otherModel);
            first.linkAgainst(second);
            second.linkAgainst(third);
            third.linkAgainst(second);
            use(second);
            // the object that it refers to was linked before, and has been used
            require("counter", call(second, "bump", 0), call(first, "other_sees_counter"));
            require("counter", call(second, "bump", 0), call(third, "other_sees_counter"));
        }
    }

    private static void use(InProcessDylib dylib) throws Throwable {
        requireNew(dylib);
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            threads.add(
                    Thread.ofPlatform().start(() -> attempt(() -> requireNew(dylib), failures)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (Throwable failure : failures) {
            throw failure;
        }
        require("failures in pthreads", 0, call(dylib, "in_pthreads", 30));
        require("counter here", 43, call(dylib, "bump", 0));
        require("errno", 77, call(dylib, "own_errno", 77));
    }

    private static void requireNew(InProcessDylib dylib) throws Throwable {
        require("wrong initial values", 0, call(dylib, "wrong"));
        require("counter", 43, call(dylib, "bump", 3));
        require("own counters", 8009, call(dylib, "own"));
        require("elsewhere", 502, call(dylib, "bump_elsewhere", 2));
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws Throwable;
    }

    private static void attempt(Attempt attempt, List<Throwable> failures) {
        try {
            attempt.run();
        } catch (Throwable e) {
            failures.add(e);
        }
    }

    private void aligned(String model) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "aligned-" + model);
            List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
            for (int i = 0; i < 5; i++) {
                Thread.ofPlatform()
                        .start(
                                () ->
                                        attempt(
                                                () -> {
                                                    require("bits", 0, call(dylib, "misplaced"));
                                                    require("others", 0, call(dylib, "not_zero"));
                                                },
                                                failures))
                        .join();
            }
            for (Throwable failure : failures) {
                throw failure;
            }
        }
    }

    private void destructors(String model) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "destructors-" + model);
            dylib.initialize();
            require("failures in threads", 0, call(dylib, "in_threads", 20));
            require("made in threads", 40, call(dylib, "made_count"));
            require("gone with threads", 40, call(dylib, "gone_count"));
            Thread thread =
                    Thread.ofPlatform()
                            .start(() -> attempt(() -> call(dylib, "use"), new ArrayList<>()));
            thread.join();
            for (int i = 0; call(dylib, "gone_count") != 42 && i < 12_000; i++) {
                Thread.sleep(5); // a joined thread's native part may still be ending
            }
            require("gone with a Java thread", 42, call(dylib, "gone_count"));
            require("on a wrong thread", 0, call(dylib, "wrong_thread_count"));
            require("calls of call_once", 1, call(dylib, "once"));
        }
    }

    private static int told;

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void tell(int id) {
        told = told * 10 + id;
    }

    private static MemorySegment upcall(String method, MethodType type, FunctionDescriptor shape)
            throws ReflectiveOperationException {
        MethodHandle handle =
                MethodHandles.lookup().findStatic(ThreadLocalGuest.class, method, type);
        return MemorySegment.ofAddress(
                HostProvider.current()
                        .guestInThisProcess()
                        .inProcessCalls()
                        .upcall(handle, shape, Arena.global())
                        .value());
    }

    /**
     * Closing runs the destructors of the closing thread, the newest first; the thread's end runs
     * none.
     */
    private void closing() throws Throwable {
        MemorySegment listener =
                upcall(
                        "tell",
                        MethodType.methodType(void.class, int.class),
                        FunctionDescriptor.ofVoid(JAVA_INT));
        Thread thread =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try (InProcessJit jit = Jit.inProcess()) {
                                        InProcessDylib dylib = dylib(jit, "destructors-pic");
                                        dylib.initialize();
                                        dylib.function("tell", FunctionDescriptor.ofVoid(ADDRESS))
                                                .invokeExact(listener);
                                        require("use", 7, call(dylib, "use"));
                                    } catch (Throwable e) {
                                        throw new AssertionError(e);
                                    }
                                });
        thread.join();
        Thread.sleep(200); // the thread's native part ends in this time
        require("destroyed", 12, told);
    }

    /** Closes a dylib while threads that have registered destructors in it still run. */
    private void livingThread() throws Throwable {
        CountDownLatch used = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        MemorySegment listener =
                upcall(
                        "tell",
                        MethodType.methodType(void.class, int.class),
                        FunctionDescriptor.ofVoid(JAVA_INT));
        Thread java;
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "destructors-pic");
            dylib.initialize();
            dylib.function("tell", FunctionDescriptor.ofVoid(ADDRESS)).invokeExact(listener);
            java =
                    Thread.ofPlatform()
                            .daemon()
                            .start(
                                    () -> {
                                        attempt(() -> call(dylib, "use"), new ArrayList<>());
                                        used.countDown();
                                        attempt(closed::await, new ArrayList<>());
                                    });
            used.await();
        }
        require("destroyed", 12, told);
        closed.countDown();
        java.join();
        Thread.sleep(200); // the thread's native part ends in this time, and must call nothing
        require("destroyed", 12, told);
    }

    /** Opens and closes many times; no mapping and no descriptor is left. */
    private void cycles(int count) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            cycle(jit, 50);
            long mappings = mappings();
            long descriptors = descriptors();
            long residentKiB = residentKiB();
            cycle(jit, count);
            System.out.println(
                    "mappings %d, then %d; descriptors %d, then %d; KiB %d, then %d"
                            .formatted(
                                    mappings,
                                    mappings(),
                                    descriptors,
                                    descriptors(),
                                    residentKiB,
                                    residentKiB()));
            if (mappings() > mappings + 20 || descriptors() > descriptors + 3) {
                throw new AssertionError("something is left behind");
            }
        }
    }

    private void cycle(InProcessJit jit, int count) throws Throwable {
        for (int i = 0; i < count; i++) {
            try (InProcessDylib dylib =
                    dylib(
                            jit,
                            "models-general-dynamic",
                            "other-descriptors",
                            "aligned-descriptors")) {
                require("wrong initial values", 0, call(dylib, "wrong"));
                require("elsewhere", 501, call(dylib, "bump_elsewhere", 1));
                require("others", 0, call(dylib, "not_zero"));
                if (i % 10 == 0) {
                    require("failures in pthreads", 0, call(dylib, "in_pthreads", 2));
                }
            }
            try (InProcessDylib dylib = dylib(jit, "models-initial-exec", "other-local-exec")) {
                require("wrong initial values", 0, call(dylib, "wrong"));
            }
            if (i % 10 == 0) {
                try (InProcessDylib dylib = dylib(jit, "destructors-pic")) {
                    dylib.initialize();
                    require("use", 7, call(dylib, "use"));
                }
            }
        }
    }

    private static long mappings() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }

    private static long residentKiB() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    private void refusals() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            refused(
                    jit,
                    "start",
                    List.of(
                            "large-local-exec.o (0x30d40 bytes",
                            "does not fit into static TLS",
                            "-ftls-model=global-dynamic",
                            "glibc.rtld.optional_static_tls=N"),
                    "large-local-exec");
            refused(
                    jit,
                    "read_plain",
                    List.of("plain_reference.o: ", "'counter' refers to a thread-local variable"),
                    "plain_reference",
                    "models-general-dynamic",
                    "other-general-dynamic");
            InProcessDylib defined = dylib(jit, "other-general-dynamic");
            defined.define("counter", MemorySegment.ofAddress(0x1234));
            refused(defined, "other_sees_counter", List.of("undefined symbol: counter"));
            // and the code that was not refused still works
            use(dylib(jit, "models-general-dynamic", "other-general-dynamic"));
        }
    }

    private void refused(InProcessJit jit, String function, List<String> words, String... objects)
            throws Exception {
        refused(dylib(jit, objects), function, words);
    }

    private static void refused(InProcessDylib dylib, String function, List<String> words) {
        try {
            dylib.address(function);
        } catch (LinkException e) {
            for (String text : words) {
                if (!e.getMessage().contains(text)) {
                    throw new AssertionError("'" + text + "' is missing in: " + e.getMessage(), e);
                }
            }
            return;
        }
        throw new AssertionError(function + " was linked");
    }

    private void hidden() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "visible-users", "visible-owner");
            dylib.link();
            require("sum", 44, call(dylib, "hidden_sum", 1));
            require("here", 3113, call(dylib, "hidden_owner"));
            InProcessDylib owner = dylib(jit, "visible-owner");
            require("apart", 3012, call(owner, "hidden_owner"));
            owner.add(fixtures.resolve("visible-users.o"));
            refused(
                    owner,
                    "hidden_sum",
                    List.of("visible-users.o: ", "'hidden_", "local-dynamic", "link both at once"));
        }
    }

    private void address() throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = dylib(jit, "models-general-dynamic", "other-general-dynamic");
            long address = (long) dylib.function("address", LONG).invokeExact();
            MemorySegment found =
                    (MemorySegment)
                            dylib.function("other_address", FunctionDescriptor.of(ADDRESS))
                                    .invokeExact();
            require("address", address, found.address());
            try {
                dylib.address("counter");
                throw new AssertionError("a thread-local has an address");
            } catch (LinkException e) {
                if (!e.getMessage().contains("'counter' is thread-local")) {
                    throw e;
                }
            }
        }
    }
}
