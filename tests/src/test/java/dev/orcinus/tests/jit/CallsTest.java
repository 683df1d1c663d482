package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import java.io.IOException;
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
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests calls from Java to loaded code and back, with all kinds of arguments. */
@ParameterizedClass
@EnumSource(JitKind.class)
final class CallsTest {
    @Parameter private JitKind kind;

    private CallableJit jit;
    private CallableDylib dylib;

    @BeforeEach
    void open() throws IOException {
        jit = kind.open();
        dylib = JitFixture.with(jit.createDylib("calls"), "arithmetic");
    }

    @AfterEach
    void close() {
        jit.close();
    }

    @Test
    void numbers() throws Throwable {
        MethodHandle add =
                dylib.function("add", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        assertEquals(5, (int) add.invokeExact(2, 3));
        assertEquals(Integer.MIN_VALUE, (int) add.invokeExact(Integer.MAX_VALUE, 1));
    }

    @Test
    void structsInRegistersAndInMemory() throws Throwable {
        GroupLayout point = MemoryLayout.structLayout(JAVA_DOUBLE, JAVA_DOUBLE);
        GroupLayout row = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(4, JAVA_LONG));
        GroupLayout mixed = MemoryLayout.structLayout(JAVA_FLOAT, JAVA_INT);
        MethodHandle swapped = dylib.function("swapped", FunctionDescriptor.of(point, point));
        MethodHandle doubled = dylib.function("doubled", FunctionDescriptor.of(row, row));
        MethodHandle merged = dylib.function("merged", FunctionDescriptor.of(mixed, mixed, mixed));
        try (Arena arena = Arena.ofConfined()) {
            SegmentAllocator to = arena;
            MemorySegment p =
                    (MemorySegment) swapped.invokeExact(to, arena.allocateFrom(JAVA_DOUBLE, 1, 2));
            assertArrayEquals(new double[] {2, 1}, p.toArray(JAVA_DOUBLE));
            MemorySegment r =
                    (MemorySegment)
                            doubled.invokeExact(to, arena.allocateFrom(JAVA_LONG, 1, 2, 3, 4));
            assertArrayEquals(new long[] {2, 4, 6, 8}, r.toArray(JAVA_LONG));
            MemorySegment a = arena.allocate(mixed);
            a.set(JAVA_FLOAT, 0, 1.5f);
            a.set(JAVA_INT, 4, 6);
            MemorySegment m = (MemorySegment) merged.invokeExact(to, a, a);
            assertEquals(3.0f, m.get(JAVA_FLOAT, 0));
            assertEquals(36, m.get(JAVA_INT, 4));
        }
    }

    @Test
    void variadicArguments() throws Throwable {
        MethodHandle sum =
                dylib.function(
                        "sum",
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                        Linker.Option.firstVariadicArg(1));
        assertEquals(60, (int) sum.invokeExact(3, 10, 20, 30));
    }

    @Test
    void strings() throws Throwable {
        FunctionDescriptor pointers = FunctionDescriptor.of(ADDRESS, ADDRESS);
        MethodHandle reversed = dylib.function("reversed", pointers);
        MethodHandle free = dylib.function("free", FunctionDescriptor.ofVoid(ADDRESS));
        MethodHandle copy =
                dylib.function("strcpy", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS));
        try (Arena arena = jit.sharedArena(4096)) {
            MemorySegment result =
                    (MemorySegment) reversed.invokeExact(arena.allocateFrom("stressed"));
            MemorySegment text = arena.allocate(16);
            MemorySegment end = (MemorySegment) copy.invokeExact(text, result);
            assertEquals(text.address(), end.address());
            assertEquals("desserts", text.getString(0));
            free.invokeExact(result);
        }
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static int timesThree(int number) {
        return 3 * number;
    }

    private static MethodHandle method(String name, MethodType type) throws Exception {
        return MethodHandles.lookup().findStatic(CallsTest.class, name, type);
    }

    @Test
    void loadedCodeCallsJavaByName() throws Throwable {
        JitFixture.with(dylib, "asks_java");
        assertThrows(UnresolvedSymbolsException.class, () -> dylib.address("asks"));
        dylib.define(
                "java",
                method("timesThree", MethodType.methodType(int.class, int.class)),
                JitFixture.INT_OF_INT);
        MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
        assertEquals(150, (int) asks.invokeExact(4));
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static int added(int number, MemorySegment data) {
        return number + (int) data.address();
    }

    @Test
    void loadedCodeCallsJavaByPointer() throws Throwable {
        FunctionDescriptor callback = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
        dylib.define(
                "callback",
                method("added", MethodType.methodType(int.class, int.class, MemorySegment.class)),
                callback);
        MethodHandle apply =
                dylib.function(
                        "apply", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
        int result =
                (int) apply.invokeExact(dylib.address("callback"), 20, MemorySegment.ofAddress(21));
        assertEquals(42, result);
    }

    @Test
    void absoluteAddresses() throws Throwable {
        JitFixture.with(dylib, "asks_java");
        MemorySegment absolute = jit.createDylib("libc").address("abs");
        dylib.define("java", absolute);
        MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
        assertEquals(60, (int) asks.invokeExact(-7));
        assertThrows(DuplicateDefinitionException.class, () -> dylib.define("java", absolute));
    }

    @Test
    void sharedLibraries() throws Throwable {
        dylib.addLibrary("libm.so.6");
        MethodHandle cos = dylib.function("cos", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
        assertEquals(1.0, (double) cos.invokeExact(0.0));
        LinkException e = assertThrows(LinkException.class, () -> dylib.addLibrary("libnone.so.1"));
        assertEquals(true, e.getMessage().contains("libnone.so.1"), e::getMessage);
    }

    @Test
    void mainWithArguments() {
        assertEquals(0, dylib.run("main", List.of("program")));
        assertEquals(77, dylib.run("main", List.of("program", "77")));
        assertEquals(-1, dylib.run("main", List.of()));
        assertEquals(-5, dylib.run("main", List.of("program", "-5")));
        assertThrows(
                RuntimeException.class,
                () -> dylib.run("main", java.util.Arrays.asList("program", null)));
        assertThrows(
                UnresolvedSymbolsException.class, () -> dylib.run("no_main", List.of("program")));
    }

    @Test
    void bytesInsteadOfFiles() throws Throwable {
        byte[] bytes = Files.readAllBytes(JitFixture.object("twice"));
        CallableDylib copy = jit.createDylib("copy");
        assertEquals("from memory", copy.add("from memory", bytes).name());
        assertEquals(1, JitFixture.call(copy, "answer"));
    }

    @Test
    void namesThatAreNoNames() {
        assertThrows(NullPointerException.class, () -> dylib.address(null));
        assertThrows(NullPointerException.class, () -> jit.createDylib(null));
        assertThrows(NullPointerException.class, () -> dylib.define(null, MemorySegment.NULL));
        assertThrows(UnresolvedSymbolsException.class, () -> dylib.address(""), "the empty name");
        assertThrows(
                UnresolvedSymbolsException.class, () -> dylib.address("with\0zero"), "no C string");
    }
}
