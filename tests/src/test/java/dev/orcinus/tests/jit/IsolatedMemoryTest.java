package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.IsolatedDylib;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.loader.GuestCrashException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests which memory code in a process of its own can be given, and what is refused. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IsolatedMemoryTest {
    private static final FunctionDescriptor LENGTH =
            FunctionDescriptor.of(JAVA_LONG, ADDRESS.withName("text"));

    private IsolatedJit jit;
    private IsolatedDylib dylib;

    @BeforeEach
    void open() throws Exception {
        jit = Jit.isolated();
        dylib = JitFixture.with(jit.createDylib("memory"), "arithmetic");
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private String refusal(MethodHandle length, MemorySegment segment) {
        return assertThrows(IllegalArgumentException.class, () -> length.invoke(segment))
                .getMessage();
    }

    @Test
    void memoryOfThisProcessIsRefusedByName() {
        MethodHandle length = dylib.function("strlen", LENGTH);
        String onHeap = refusal(length, MemorySegment.ofArray(new byte[4]));
        assertTrue(onHeap.startsWith("argument 'text' is on the Java heap"), onHeap);
        assertTrue(onHeap.contains("sharedArena"), onHeap);
        try (Arena arena = Arena.ofConfined()) {
            String here = refusal(length, arena.allocateFrom("here"));
            assertTrue(here.startsWith("argument 'text' is memory of this process only"), here);
        }
        FunctionDescriptor many =
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ValueLayout.JAVA_DOUBLE, ADDRESS);
        MethodHandle marshalled = dylib.function("strlen", many);
        MemorySegment heap = MemorySegment.ofArray(new byte[4]);
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> marshalled.invoke(1L, 2.0, heap));
        assertTrue(e.getMessage().startsWith("argument 3 is on the Java heap"), e::getMessage);
    }

    @Test
    void textsAndTheirArenas() throws Throwable {
        MethodHandle length = dylib.function("strlen", LENGTH);
        Arena arena = jit.sharedArena(64);
        MemorySegment text = arena.allocateFrom("eight ch");
        assertEquals(8, (long) length.invokeExact(text));
        assertEquals(3, (long) length.invokeExact(text.asSlice(5)));
        assertEquals(0, text.address() % 16);
        IndexOutOfBoundsException full =
                assertThrows(IndexOutOfBoundsException.class, () -> arena.allocate(60));
        assertTrue(full.getMessage().contains("55 of 64 bytes left"), full::getMessage);
        arena.allocate(32, 32);
        arena.close();
        assertThrows(IllegalStateException.class, () -> length.invoke(text));
        assertThrows(IllegalStateException.class, () -> arena.allocate(1));
        assertThrows(IllegalArgumentException.class, () -> jit.sharedArena(0));
        MethodHandle other = length;
        try (IsolatedJit second = Jit.isolated();
                Arena theirs = second.sharedArena(64)) {
            String refused = refusal(other, theirs.allocateFrom("theirs"));
            assertTrue(refused.contains("this process only"), refused);
        }
    }

    /** The process forgets memory once it is closed, and gets more. */
    @Test
    void arenasComeAndGo() throws Throwable {
        MethodHandle length = dylib.function("strlen", LENGTH);
        for (int i = 0; i < 100; i++) {
            try (Arena arena = jit.sharedArena(1 << 24)) {
                assertEquals(6, (long) length.invokeExact(arena.allocateFrom("shared")));
            }
        }
    }

    /** What is in shared memory stays after a crash. */
    @Test
    void aCrashLeavesSharedMemory() throws Throwable {
        FunctionDescriptor copy = FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS);
        MethodHandle strcpy = dylib.function("strcpy", copy);
        try (Arena arena = jit.sharedArena(4096)) {
            MemorySegment text = arena.allocateFrom("before");
            MemorySegment target = arena.allocate(32);
            MemorySegment end = (MemorySegment) strcpy.invokeExact(target, text);
            assertEquals(target.address(), end.address());
            GuestCrashException crash =
                    assertThrows(
                            GuestCrashException.class,
                            () -> strcpy.invoke(target, MemorySegment.NULL));
            assertTrue(crash.isRolledBack());
            assertEquals("before", target.getString(0));
            target.set(JAVA_BYTE, 0, (byte) 'B');
            MethodHandle length = dylib.function("strlen", LENGTH);
            assertEquals(6, (long) length.invokeExact(target));
        }
    }

    @Test
    void memoryOfTheProcessIsCopied() throws Throwable {
        MethodHandle malloc = dylib.function("malloc", FunctionDescriptor.of(ADDRESS, JAVA_LONG));
        MemorySegment there = (MemorySegment) malloc.invokeExact(64L);
        assertEquals(0, there.byteSize());
        MemorySegment words = MemorySegment.ofArray(new long[] {1, 2, 3});
        jit.write(words, there);
        MemorySegment back = MemorySegment.ofArray(new long[3]);
        jit.read(there, back);
        assertEquals(-1, words.mismatch(back));
        MemorySegment nowhere = MemorySegment.ofAddress(0x10);
        IndexOutOfBoundsException e =
                assertThrows(IndexOutOfBoundsException.class, () -> jit.read(nowhere, back));
        assertTrue(e.getMessage().contains("0x10"), e::getMessage);
        assertThrows(IndexOutOfBoundsException.class, () -> jit.write(words, nowhere));
        MethodHandle free = dylib.function("free", FunctionDescriptor.ofVoid(ADDRESS));
        free.invokeExact(there);
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private static int plusOne(int number, MemorySegment ignored) {
        return number + 1;
    }

    private static MethodHandle plusOne() throws Exception {
        return MethodHandles.lookup()
                .findStatic(
                        IsolatedMemoryTest.class,
                        "plusOne",
                        MethodType.methodType(int.class, int.class, MemorySegment.class));
    }

    @Test
    void callbacksLiveAsLongAsTheirArena() throws Throwable {
        FunctionDescriptor shape = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
        MethodHandle apply =
                dylib.function(
                        "apply", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, ADDRESS));
        List<Long> addresses = new ArrayList<>();
        MemorySegment kept = MemorySegment.NULL;
        for (int i = 0; i < 200; i++) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment callback = jit.callback(plusOne(), shape, arena);
                addresses.add(callback.address());
                assertEquals(i + 2, (int) apply.invokeExact(callback, i, MemorySegment.NULL));
                kept = MemorySegment.ofAddress(callback.address());
            }
        }
        assertTrue(addresses.stream().distinct().count() <= 64, "entries are used again");
        MemorySegment gone = kept;
        GuestCrashException crash =
                assertThrows(
                        GuestCrashException.class, () -> apply.invoke(gone, 1, MemorySegment.NULL));
        assertTrue(crash.getMessage().contains("whose arena is closed"), crash::getMessage);
        assertTrue(crash.isRolledBack());
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle wrong = MethodHandles.identity(int.class);
            assertThrows(IllegalArgumentException.class, () -> jit.callback(wrong, shape, arena));
        }
    }

    @Test
    void whatCHasNotIsRefused() {
        ValueLayout.OfInt swapped =
                JAVA_INT.withOrder(
                        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                                ? ByteOrder.BIG_ENDIAN
                                : ByteOrder.LITTLE_ENDIAN);
        assertThrows(
                IllegalArgumentException.class,
                () -> dylib.function("strlen", FunctionDescriptor.of(JAVA_INT, swapped)));
        assertThrows(
                IllegalArgumentException.class,
                () -> dylib.function("strlen", LENGTH, Linker.Option.critical(true)));
        MemorySegment heap = MemorySegment.ofArray(new byte[4]);
        assertThrows(IllegalArgumentException.class, () -> dylib.define("heap", heap));
    }
}
