package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of calls of Java by loaded code, and of memory and threads that both use. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class CallbacksTest {
    private static final String SOURCE =
            """
            #include <cstdlib>
            #include <cerrno>
            #include <thread>
            #include <vector>
            struct Point { double x, y; };
            struct Row { long v[4]; };
            struct Tag { char kind; float weight; };
            extern "C" {
            int compare(const void *a, const void *b);
            Point turned(Point p, double by);
            Row summed(Row a, Tag t, float f, long n);
            int nested(int depth);
            void sort(int *numbers, long count) { qsort(numbers, count, sizeof(int), compare); }
            double turn_twice(double x, double y) {
              Point p = turned(turned({x, y}, 0.5), 2);
              return p.x * 1000 + p.y;
            }
            long sum_rows() {
              Row r = summed({{1, 2, 3, 4}}, {'t', 0.25f}, 1.5f, 7);
              return r.v[0] + r.v[1] * 10 + r.v[2] * 100 + r.v[3] * 1000;
            }
            int go_deeper(int depth) { return depth == 0 ? 0 : nested(depth - 1) + 1; }
            double in_threads(int count) {
              std::vector<std::thread> threads;
              std::vector<Point> results(count);
              for (int i = 0; i < count; i++) {
                threads.emplace_back([i, &results] {
                  for (int n = 0; n < 50; n++) results[i] = turned({(double) i, 1}, n);
                });
              }
              double sum = 0;
              for (int i = 0; i < count; i++) { threads[i].join(); sum += results[i].x; }
              return sum;
            }
            int own_count() { static thread_local int count; return ++count; }
            int *middle(int *numbers, long count) { return numbers + count / 2; }
            int fail_with(int error) { errno = error; return -1; }
            double mean(int count, ...) {
              __builtin_va_list list;
              __builtin_va_start(list, count);
              double sum = 0;
              for (int i = 0; i < count; i++) sum += __builtin_va_arg(list, double);
              return sum / count;
            }
            }
            """;

    private static final GroupLayout POINT = MemoryLayout.structLayout(JAVA_DOUBLE, JAVA_DOUBLE);
    private static final GroupLayout ROW =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(4, JAVA_LONG));
    private static final GroupLayout TAG =
            MemoryLayout.structLayout(
                    java.lang.foreign.ValueLayout.JAVA_BYTE,
                    MemoryLayout.paddingLayout(3),
                    JAVA_FLOAT);

    @SuppressWarnings("restricted") // C code says that the addresses are those of integers
    private static final AddressLayout INT_POINTER = ADDRESS.withTargetLayout(JAVA_INT);

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private static Path object;
    private CallableJit jit;
    private CallableDylib dylib;

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "callbacks", SOURCE);
    }

    @BeforeEach
    void open() throws Exception {
        jit = kind.open();
        dylib = jit.createDylib("callbacks");
        dylib.add(object);
        define("compare", FunctionDescriptor.of(JAVA_INT, INT_POINTER, INT_POINTER));
        define("turned", FunctionDescriptor.of(POINT, POINT, JAVA_DOUBLE));
        define("summed", FunctionDescriptor.of(ROW, ROW, TAG, JAVA_FLOAT, JAVA_LONG));
        MethodHandle nested =
                MethodHandles.lookup()
                        .findVirtual(
                                CallbacksTest.class,
                                "nested",
                                MethodType.methodType(int.class, int.class))
                        .bindTo(this);
        dylib.define("nested", nested, JitFixture.INT_OF_INT);
    }

    private void define(String name, FunctionDescriptor shape) throws Exception {
        MethodHandle method =
                MethodHandles.lookup().findStatic(CallbacksTest.class, name, shape.toMethodType());
        dylib.define(name, method, shape);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private static int compare(MemorySegment a, MemorySegment b) {
        return Integer.compare(a.get(JAVA_INT, 0), b.get(JAVA_INT, 0));
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private static MemorySegment turned(MemorySegment point, double by) {
        double x = point.get(JAVA_DOUBLE, 0);
        double y = point.get(JAVA_DOUBLE, 8);
        return MemorySegment.ofArray(new double[] {x + y * by, y - by});
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private static MemorySegment summed(MemorySegment row, MemorySegment tag, float f, long n) {
        long[] sums = row.toArray(JAVA_LONG);
        assertEquals('t', tag.get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0));
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (long) ((f + 2 * tag.get(JAVA_FLOAT, 4)) * n);
        }
        return MemorySegment.ofArray(sums);
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private int nested(int depth) {
        try {
            return (int) dylib.function("go_deeper", JitFixture.INT_OF_INT).invokeExact(depth);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void javaComparesForQsort() throws Throwable {
        MethodHandle sort = dylib.function("sort", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG));
        try (Arena arena = jit.sharedArena(1 << 16)) {
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 5, -3, 99, 0, 5, -70, 12);
            sort.invokeExact(numbers, 7L);
            assertArrayEquals(new int[] {-70, -3, 0, 5, 5, 12, 99}, numbers.toArray(JAVA_INT));
        }
    }

    @Test
    void doublesAndStructsGoBothWays() throws Throwable {
        MethodHandle turn =
                dylib.function(
                        "turn_twice", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE));
        assertEquals(19_000 + 3.5, (double) turn.invokeExact(5.0, 6.0));
        MethodHandle sum = dylib.function("sum_rows", FunctionDescriptor.of(JAVA_LONG));
        assertEquals(15 + 160 + 1700 + 18_000, (long) sum.invokeExact());
    }

    @Test
    void threadsOfLoadedCodeCallJava() throws Throwable {
        MethodHandle run =
                dylib.function("in_threads", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_INT));
        assertEquals(28.0 + 8 * 49, (double) run.invokeExact(8));
    }

    @Test
    void callsNest() throws Throwable {
        MethodHandle deeper = dylib.function("go_deeper", JitFixture.INT_OF_INT);
        assertEquals(20, (int) deeper.invokeExact(20));
    }

    @Test
    void pointersIntoSharedMemoryComeBackAsSuch() throws Throwable {
        MethodHandle middle =
                dylib.function("middle", FunctionDescriptor.of(INT_POINTER, ADDRESS, JAVA_LONG));
        try (Arena arena = jit.sharedArena(4096)) {
            MemorySegment numbers = arena.allocateFrom(JAVA_INT, 1, 2, 3, 4, 5);
            MemorySegment found = (MemorySegment) middle.invokeExact(numbers, 5L);
            assertEquals(3, found.get(JAVA_INT, 0));
            assertEquals(4, found.byteSize());
        }
    }

    @Test
    void errnoAndVariableArguments() throws Throwable {
        MethodHandle fail =
                dylib.function(
                        "fail_with",
                        JitFixture.INT_OF_INT,
                        Linker.Option.captureCallState("errno"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
            assertEquals(-1, (int) fail.invokeExact(state, 33));
            assertEquals(33, state.get(JAVA_INT, 0));
        }
        MethodHandle mean =
                dylib.function(
                        "mean",
                        FunctionDescriptor.of(JAVA_DOUBLE, JAVA_INT, JAVA_DOUBLE, JAVA_DOUBLE),
                        Linker.Option.firstVariadicArg(1));
        assertEquals(2.25, (double) mean.invokeExact(2, 1.5, 3.0));
    }

    /** Each Java thread has thread-local variables of its own, which stay from call to call. */
    @Test
    void manyThreadsCallAtOnceEachWithItsOwnVariables() throws Exception {
        MethodHandle count = dylib.function("own_count", JitFixture.INT);
        int threads = 8;
        CyclicBarrier together = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<Integer> body =
                        () -> {
                            together.await();
                            int last = 0;
                            for (int n = 0; n < 500; n++) {
                                last = JitFixture.call(count);
                            }
                            return last;
                        };
                counts.add(pool.submit(body));
            }
            for (Future<Integer> one : counts) {
                assertEquals(500, one.get());
            }
        }
    }

    @Test
    void virtualThreadsCall() throws Exception {
        MethodHandle deeper = dylib.function("go_deeper", JitFixture.INT_OF_INT);
        Set<Integer> results = new HashSet<>();
        try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int depth = i % 4;
                all.add(pool.submit(() -> deeper(deeper, depth)));
            }
            for (Future<Integer> one : all) {
                results.add(one.get());
            }
        }
        assertEquals(Set.of(0, 1, 2, 3), results);
    }

    private static int deeper(MethodHandle deeper, int depth) throws Exception {
        try {
            return (int) deeper.invokeExact(depth);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void structsAreReturnedInTheCallersMemory() throws Throwable {
        MethodHandle turned =
                dylib.function("turned", FunctionDescriptor.of(POINT, POINT, JAVA_DOUBLE));
        try (Arena arena = Arena.ofConfined()) {
            SegmentAllocator to = arena;
            MemorySegment point = arena.allocateFrom(JAVA_DOUBLE, 1, 2);
            MemorySegment result = (MemorySegment) turned.invokeExact(to, point, 3.0);
            assertArrayEquals(new double[] {7, -1}, result.toArray(JAVA_DOUBLE));
        }
    }
}
