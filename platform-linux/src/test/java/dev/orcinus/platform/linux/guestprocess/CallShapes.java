package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests of calls of many shapes in both directions, for each processor. C functions write down what
 * they have got, so a value that is in the wrong place is seen.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class CallShapes {
    static final long SEED = 20261129;
    private static final int SHAPES = 60;

    static final String VARIADIC =
            """
            double total(int count, ...) {
                __builtin_va_list list;
                __builtin_va_start(list, count);
                double sum = 0;
                for (int i = 0; i < count; i++) {
                    sum += __builtin_va_arg(list, double) * __builtin_va_arg(list, long);
                }
                __builtin_va_end(list);
                return sum;
            }
            """;

    /** Returns the guest, in which the library is loaded. */
    abstract IsolatedGuest guest();

    /** Returns the path of the library as the guest opens it. */
    abstract String library();

    static List<RandomShape> shapes() {
        Random random = new Random(SEED);
        List<RandomShape> shapes = new ArrayList<>();
        for (int i = 0; i < SHAPES; i++) {
            shapes.add(RandomShape.of(i, random));
        }
        return shapes;
    }

    /** Returns the source of the library. */
    static String source() {
        StringBuilder text = new StringBuilder(RandomShape.PROLOGUE).append(VARIADIC);
        shapes().forEach(shape -> text.append(shape.source()));
        return text.toString();
    }

    private ExecutorAddress symbol(String name) throws HostCallException {
        ExecutorAddress library = guest().libraries().open(library());
        return guest().libraries().find(library, name).orElseThrow();
    }

    private ExecutorAddress memory() throws Throwable {
        MethodHandle get = guest().calls().downcall(FunctionDescriptor.of(JAVA_LONG));
        return new ExecutorAddress((long) get.invokeExact(symbol("get_memory").value()));
    }

    private byte[] read(ExecutorAddress at, long sizeBytes) {
        byte[] bytes = new byte[(int) sizeBytes];
        assertEquals(true, guest().memory().tryRead(at, MemorySegment.ofArray(bytes)));
        return bytes;
    }

    private static Object[] values(RandomShape shape, Random random) {
        Object[] values = new Object[shape.arguments().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = shape.value(i, random);
        }
        return values;
    }

    @Test
    void argumentsAndResultsOfEachShape() throws Throwable {
        ExecutorAddress memory = memory();
        Random random = new Random(SEED);
        for (RandomShape shape : shapes()) {
            Object[] values = values(shape, random);
            MethodHandle call = guest().calls().downcall(shape.descriptor());
            List<Object> all = new ArrayList<>(List.of(symbol(shape.forward()).value()));
            try (Arena arena = Arena.ofConfined()) {
                if (shape.arguments().get(shape.returned()) instanceof GroupLayout) {
                    all.add((SegmentAllocator) arena);
                }
                all.addAll(List.of(values));
                Object result = call.invokeWithArguments(all);
                for (int i = 0; i < values.length; i++) {
                    long size = shape.arguments().get(i).byteSize();
                    byte[] got = read(memory.plus(shape.placeOf(i)), size);
                    assertArrayEquals(
                            shape.bytes(i, values[i]),
                            shape.withoutPadding(i, got),
                            "argument " + i + " of " + shape);
                }
                int returned = shape.returned();
                assertArrayEquals(
                        shape.bytes(returned, values[returned]),
                        shape.bytes(returned, result),
                        "result of " + shape);
            }
        }
    }

    /** Called by guest code: notes the arguments and returns one. */
    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static Object note(RandomShape shape, List<Object> seen, Object[] arguments) {
        seen.addAll(List.of(arguments));
        return arguments[shape.returned()];
    }

    private static MethodHandle noting(RandomShape shape, List<Object> seen) throws Exception {
        MethodHandle note =
                MethodHandles.lookup()
                        .findStatic(
                                CallShapes.class,
                                "note",
                                MethodType.methodType(
                                        Object.class,
                                        RandomShape.class,
                                        List.class,
                                        Object[].class));
        MethodType type = shape.descriptor().toMethodType();
        return MethodHandles.insertArguments(note, 0, shape, seen)
                .asCollector(Object[].class, type.parameterCount())
                .asType(type);
    }

    @Test
    void callbacksOfEachShape() throws Throwable {
        ExecutorAddress memory = memory();
        Random random = new Random(SEED + 1);
        MethodHandle give =
                guest().calls()
                        .downcall(FunctionDescriptor.ofVoid(java.lang.foreign.ValueLayout.ADDRESS));
        for (RandomShape shape : shapes()) {
            Object[] values = values(shape, random);
            for (int i = 0; i < values.length; i++) {
                MemorySegment bytes = MemorySegment.ofArray(shape.bytes(i, values[i]));
                guest().memory().tryWrite(bytes, memory.plus(shape.placeOf(i)));
            }
            List<Object> seen = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                MethodHandle method = noting(shape, seen);
                MemorySegment callback =
                        guest().calls().callback(method, shape.descriptor(), arena);
                give.invokeExact(symbol(shape.backward()).value(), callback);
            }
            for (int i = 0; i < values.length; i++) {
                byte[] got = shape.bytes(i, seen.get(i));
                assertArrayEquals(shape.bytes(i, values[i]), got, "argument " + i + " of " + shape);
            }
            int returned = shape.returned();
            long size = shape.arguments().get(returned).byteSize();
            byte[] result = read(memory.plus(shape.sizeBytes()), size);
            assertArrayEquals(
                    shape.bytes(returned, values[returned]),
                    shape.withoutPadding(returned, result),
                    "result of " + shape);
        }
    }

    @Test
    void variableArguments() throws Throwable {
        MemoryLayout[] arguments = new MemoryLayout[21];
        Object[] values = new Object[22];
        values[0] = symbol("total").value();
        values[1] = 10;
        arguments[0] = JAVA_INT;
        double expected = 0;
        for (int i = 0; i < 10; i++) {
            arguments[1 + 2 * i] = JAVA_DOUBLE;
            arguments[2 + 2 * i] = JAVA_LONG;
            values[2 + 2 * i] = i + 0.5;
            values[3 + 2 * i] = 1L << i;
            expected += (i + 0.5) * (1L << i);
        }
        MethodHandle total =
                guest().calls()
                        .downcall(
                                FunctionDescriptor.of(JAVA_DOUBLE, arguments),
                                Linker.Option.firstVariadicArg(1));
        assertEquals(expected, (double) total.invokeWithArguments(values));
    }

    @Test
    void memoryThatBothSidesHave() throws Throwable {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment shared = guest().calls().share(1 << 20, arena);
            shared.set(JAVA_LONG, 8, 77);
            ExecutorAddress there = new ExecutorAddress(shared.address());
            assertArrayEquals(new byte[] {77, 0}, read(there.plus(8), 2));
            MemorySegment bytes = MemorySegment.ofArray(new byte[] {5});
            assertEquals(true, guest().memory().tryWrite(bytes, there));
            assertEquals(5, shared.get(JAVA_BYTE, 0));
        }
    }
}
