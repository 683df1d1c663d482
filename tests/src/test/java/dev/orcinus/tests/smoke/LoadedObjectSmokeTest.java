package dev.orcinus.tests.smoke;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Code in this process: mapped by hand, and loaded from an object of the platform's format. */
@Tag("smoke")
@Timeout(180)
final class LoadedObjectSmokeTest {
    private static final FunctionDescriptor INT = FunctionDescriptor.of(JAVA_INT);
    private static final FunctionDescriptor INT_OF_INT = FunctionDescriptor.of(JAVA_INT, JAVA_INT);
    private static final FunctionDescriptor VOID_OF_POINTER = FunctionDescriptor.ofVoid(ADDRESS);

    /** {@code int f(void)} that returns 42, by processor. */
    private static final Map<String, byte[]> RETURN_42 =
            Map.of(
                    "x86_64", new byte[] {(byte) 0xb8, 42, 0, 0, 0, (byte) 0xc3},
                    "aarch64",
                            new byte[] {
                                0x40, 5, (byte) 0x80, 0x52, (byte) 0xc0, 3, 0x5f, (byte) 0xd6
                            },
                    "arm64",
                            new byte[] {
                                0x40, 5, (byte) 0x80, 0x52, (byte) 0xc0, 3, 0x5f, (byte) 0xd6
                            });

    @Test
    @SuppressWarnings("restricted")
    void mappedCodeIsCalledAndCopiesReportFaults() throws Throwable {
        Guest guest = HostProvider.current().guestInThisProcess();
        GuestMemory memory = guest.memory();
        AddressRange pages = memory.map(1);
        assertEquals(memory.pageSizeBytes(), pages.sizeBytes());
        memory.fill(pages).copyFrom(MemorySegment.ofArray(RETURN_42.get(guest.triple().arch())));
        memory.publish(List.of(new GuestMemory.Publication(pages, MemProt.READ_EXEC)));
        assertTrue(memory.isExecutable(pages.start()));
        MethodHandle function =
                Linker.nativeLinker()
                        .downcallHandle(MemorySegment.ofAddress(pages.start().value()), INT);
        assertEquals(42, (int) function.invokeExact());
        MemorySegment word = MemorySegment.ofArray(new byte[4]);
        assertTrue(memory.tryRead(pages.start(), word));
        assertEquals(false, memory.tryWrite(word, pages.start()), "code cannot be written");
        assertEquals(false, memory.tryStore(1, pages.start()));
        assertEquals(Map.of(), memory.discard(List.of(pages)));
        assertTrue(memory.tryStore(0x1234, pages.start()));
        assertTrue(memory.tryRead(pages.start(), word));
        assertEquals(0x1234, word.get(JAVA_INT.withByteAlignment(1), 0));
        assertEquals(Map.of(), memory.unmap(List.of(pages)));
        assertEquals(false, memory.tryRead(pages.start(), word), "nothing is there");
        assertEquals(false, memory.isExecutable(pages.start()));
    }

    @ParameterizedTest
    @MethodSource("dev.orcinus.tests.smoke.SmokeObjects#here")
    void constructorsExceptionsCallbacksAndDestructors(SmokeObjects objects) throws Throwable {
        try (Arena arena = Arena.ofShared();
                InProcessJit jit = Jit.inProcess()) {
            MemorySegment flag = arena.allocate(JAVA_INT);
            InProcessDylib dylib = open(jit, objects, "object");
            assertEquals(2, (int) dylib.function("smoke_constructed", INT).invokeExact());
            assertEquals(42, (int) dylib.function("smoke_throw", INT_OF_INT).invokeExact(21));
            assertEquals(-1, (int) dylib.function("smoke_throw", INT_OF_INT).invokeExact(0));
            assertEquals(
                    31,
                    (int)
                            dylib.function(
                                            "smoke_callback",
                                            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT))
                                    .invokeExact(tripled(arena), 10));
            dylib.function("smoke_watch", VOID_OF_POINTER).invokeExact(flag);
            assertEquals(0, flag.get(JAVA_INT, 0));
            dylib.close();
            assertEquals(7, flag.get(JAVA_INT, 0), "the destructor has run");
        }
    }

    @ParameterizedTest
    @MethodSource("dev.orcinus.tests.smoke.SmokeObjects#here")
    void threadLocalsAndTheirDestructors(SmokeObjects objects) throws Throwable {
        assumeFalse(
                System.getProperty("os.name").equals("Mac OS X"),
                "the loader has no thread-locals on macOS yet: it would need code for its keys");
        try (Arena arena = Arena.ofShared();
                InProcessJit jit = Jit.inProcess()) {
            MemorySegment flag = arena.allocate(JAVA_INT);
            InProcessDylib dylib = open(jit, objects, "locals");
            MethodHandle count = dylib.function("smoke_count", INT);
            MethodHandle watch = dylib.function("smoke_watch_thread", VOID_OF_POINTER);
            assertEquals(41, (int) count.invokeExact());
            assertEquals(42, (int) count.invokeExact());
            assertEquals(41, onOtherThread(count, watch, flag), "another thread has its own");
            dylib.close();
            assertEquals(100, flag.get(JAVA_INT, 0), "the thread's destructor has run, once");
        }
    }

    private static int onOtherThread(MethodHandle count, MethodHandle watch, MemorySegment flag)
            throws Exception {
        FutureTask<Integer> task =
                new FutureTask<>(
                        () -> {
                            try {
                                watch.invokeExact(flag);
                                return (int) count.invokeExact();
                            } catch (Throwable e) {
                                throw new AssertionError(e);
                            }
                        });
        Thread thread = Thread.ofPlatform().start(task);
        thread.join();
        return task.get();
    }

    private static InProcessDylib open(InProcessJit jit, SmokeObjects objects, String name)
            throws IOException {
        InProcessDylib dylib = jit.createDylib(name);
        dylib.add(objects.object(name));
        return dylib;
    }

    @SuppressWarnings("restricted")
    private static MemorySegment tripled(Arena arena) throws ReflectiveOperationException {
        MethodHandle tripled =
                MethodHandles.lookup()
                        .findStatic(
                                LoadedObjectSmokeTest.class,
                                "tripled",
                                MethodType.methodType(int.class, int.class));
        return Linker.nativeLinker().upcallStub(tripled, INT_OF_INT, arena);
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static int tripled(int x) {
        return 3 * x;
    }
}
