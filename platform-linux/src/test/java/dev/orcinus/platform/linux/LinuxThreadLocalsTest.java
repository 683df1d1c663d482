package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Imported;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinuxThreadLocalsTest {
    private static final GuestThreadLocals THREAD_LOCALS = GUEST.threadLocals();
    private static final byte[] CONTENT = {1, 2, 3, 4, 5};

    private static Request request(byte[] content, long sizeBytes, long alignmentBytes) {
        return new Request(
                "test.o", content, sizeBytes, alignmentBytes, false, List.of(), List.of());
    }

    private static Request imports(List<Import> imports) {
        return new Request("importer.o", new byte[0], 0, 1, false, List.of(), imports);
    }

    /** Returns the address of the calling thread's copy. */
    private static ExecutorAddress address(long module, long offset) {
        try (Arena arena = Arena.ofConfined()) {
            ExecutorAddress function =
                    GUEST.libraries()
                            .find(GUEST.libraries().process(), "__tls_get_addr")
                            .orElseThrow();
            MemorySegment pair = arena.allocateFrom(JAVA_LONG, module, offset);
            FunctionDescriptor shape = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
            return new ExecutorAddress(
                    (long)
                            GUEST.inProcessCalls()
                                    .downcall(shape)
                                    .invokeExact(GUEST.inProcessCalls().symbol(function), pair));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment copy(Block block, long sizeBytes) {
        return NativeMemory.view(address(block.module(), 0).value(), sizeBytes);
    }

    @Test
    void eachThreadHasACopyOfTheImage() throws Exception {
        Block block = THREAD_LOCALS.open(request(CONTENT, 4000, 16));
        MemorySegment here = copy(block, 4000);
        assertArrayEquals(CONTENT, here.asSlice(0, 5).toArray(JAVA_BYTE));
        for (byte zero : here.asSlice(5).toArray(JAVA_BYTE)) {
            assertEquals(0, zero);
        }
        here.fill((byte) 9);
        MemorySegment there = CompletableFuture.supplyAsync(() -> copy(block, 4000)).join();
        assertNotEquals(here.address(), there.address());
        assertArrayEquals(CONTENT, there.asSlice(0, 5).toArray(JAVA_BYTE));
        assertEquals(9, copy(block, 4000).get(JAVA_BYTE, 3999));
        THREAD_LOCALS.close(block.handle());
        assertThrows(HostCallException.class, () -> THREAD_LOCALS.close(block.handle()));
    }

    @Test
    void copiesAreAligned() throws Exception {
        for (long alignment = 1; alignment <= 1 << 20; alignment *= 2) {
            Block block = THREAD_LOCALS.open(request(CONTENT, 100, alignment));
            MemorySegment copy = copy(block, 100);
            assertEquals(0, copy.address() & (alignment - 1), "alignment " + alignment);
            assertArrayEquals(CONTENT, copy.asSlice(0, 5).toArray(JAVA_BYTE));
            THREAD_LOCALS.close(block.handle());
        }
        HostCallException refused =
                assertThrows(
                        HostCallException.class,
                        () -> THREAD_LOCALS.open(request(CONTENT, 100, 1 << 21)));
        assertTrue(refused.getMessage().contains("aligned to 0x200000"), refused.getMessage());
    }

    @Test
    void staticBlocksHaveAConstantOffsetFromTheThreadPointer() throws Exception {
        Block block =
                THREAD_LOCALS.open(new Request("s.o", CONTENT, 64, 8, true, List.of(), List.of()));
        assertNotEquals(0, block.threadPointerOffset());
        long here = address(block.module(), 0).value();
        long there = CompletableFuture.supplyAsync(() -> address(block.module(), 0).value()).join();
        assertNotEquals(here, there);
        assertArrayEquals(CONTENT, copy(block, 64).asSlice(0, 5).toArray(JAVA_BYTE));
        THREAD_LOCALS.close(block.handle());
    }

    @Test
    void descriptorsAreResolved() throws Exception {
        Block block =
                THREAD_LOCALS.open(
                        new Request(
                                "d.o", CONTENT, 1 << 16, 8, false, List.of(0L, 24L), List.of()));
        assertEquals(2, block.descriptors().size());
        for (GuestThreadLocals.Descriptor descriptor : block.descriptors()) {
            assertTrue(GUEST.memory().isExecutable(descriptor.function()));
        }
        THREAD_LOCALS.close(block.handle());
    }

    private static long emulated(ExecutorAddress object) throws HostCallException {
        long function = THREAD_LOCALS.find("__emutls_get_address").orElseThrow().value();
        return CallByAddress.call(function, object.value(), 0, 0, 0);
    }

    private static ExecutorAddress onceCallable() {
        return GUEST.libraries()
                .find(GUEST.libraries().process(), "_ZSt15__once_callable")
                .orElseThrow();
    }

    @Test
    void threadLocalsOfLibrariesHaveEmulatedObjects() throws Exception {
        ExecutorAddress object =
                THREAD_LOCALS.find("__emutls_v._ZSt15__once_callable").orElseThrow();
        assertEquals(onceCallable().value(), emulated(object));
        long there =
                CompletableFuture.supplyAsync(
                                () -> {
                                    try {
                                        assertEquals(onceCallable().value(), emulated(object));
                                        return emulated(object);
                                    } catch (HostCallException e) {
                                        throw new AssertionError(e);
                                    }
                                })
                        .join();
        assertNotEquals(emulated(object), there);
        assertEquals(Optional.of(object), THREAD_LOCALS.find("__emutls_v._ZSt15__once_callable"));
    }

    @Test
    void onlyThreadLocalsHaveEmulatedObjects() throws Exception {
        for (String name : List.of("printf", "environ", "no_such_symbol", "")) {
            assertEquals(Optional.empty(), THREAD_LOCALS.find("__emutls_v." + name), name);
        }
        assertEquals(Optional.empty(), THREAD_LOCALS.find("__emutls_register_common"));
    }

    /** An object of libgcc: size, alignment, a number that libgcc gives it, initial data. */
    @Test
    void emulatedObjectsOfOtherCodeAreLibgccs() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, CONTENT);
            MemorySegment object = arena.allocateFrom(JAVA_LONG, 5, 8, 0, data.address());
            ExecutorAddress address = new ExecutorAddress(object.address());
            long copy = emulated(address);
            assertEquals(copy, emulated(address));
            assertArrayEquals(CONTENT, NativeMemory.view(copy, 5).toArray(JAVA_BYTE));
            assertNotEquals(0, object.getAtIndex(JAVA_LONG, 2));
        }
    }

    @Test
    void threadLocalsOfLibrariesAreImported() throws Exception {
        ExecutorAddress direct =
                GUEST.libraries()
                        .find(GUEST.libraries().process(), "_ZSt15__once_callable")
                        .orElseThrow();
        Block block =
                THREAD_LOCALS.open(
                        imports(
                                List.of(
                                        new Import(
                                                "_ZSt15__once_callable",
                                                ExecutorAddress.NULL,
                                                0,
                                                false,
                                                true))));
        Imported found = block.imports().getFirst();
        assertEquals(direct, address(found.module(), found.offset()));
        assertTrue(GUEST.memory().isExecutable(found.descriptor().function()));
        assertEquals(0, block.module());
        THREAD_LOCALS.close(block.handle());
    }

    @Test
    void threadLocalsOfOtherBlocksAreImported() throws Exception {
        Block first = THREAD_LOCALS.open(request(CONTENT, 64, 8));
        Block second =
                THREAD_LOCALS.open(imports(List.of(new Import("", first.handle(), 8, true, true))));
        Imported found = second.imports().getFirst();
        assertEquals(first.module(), found.module());
        assertEquals(8, found.offset());
        assertNotEquals(0, found.threadPointerOffset());
        THREAD_LOCALS.close(first.handle());
        assertArrayEquals(CONTENT, copy(first, 64).asSlice(0, 5).toArray(JAVA_BYTE));
        THREAD_LOCALS.close(second.handle());
    }

    @Test
    void anImportThatNobodyDefinesIsNamed() {
        Import missing = new Import("no_such_tls", ExecutorAddress.NULL, 0, false, false);
        HostCallException e =
                assertThrows(
                        HostCallException.class,
                        () -> THREAD_LOCALS.open(imports(List.of(missing))));
        assertTrue(e.getMessage().contains("no_such_tls"), e.getMessage());
        assertTrue(e.getMessage().contains("importer.o"), e.getMessage());
    }

    @Test
    void tooMuchStaticStorageIsRefusedWithAdvice() throws Exception {
        HostCallException e =
                assertThrows(
                        HostCallException.class,
                        () ->
                                THREAD_LOCALS.open(
                                        new Request(
                                                "big.o", CONTENT, 1 << 20, 16, true, List.of(),
                                                List.of())));
        assertTrue(e.getMessage().contains("big.o (0x100000 bytes, aligned to 0x10)"));
        assertTrue(e.getMessage().contains("-ftls-model=global-dynamic"), e.getMessage());
        assertTrue(e.getMessage().contains("glibc.rtld.optional_static_tls=N"), e.getMessage());
    }

    @Test
    void storageAndDestructorsWorkInAJvmOfTheirOwn(@TempDir Path directory) throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "thread-locals")) {
            assertEquals(0, jvm.await());
            assertEquals("fine on " + GUEST.triple(), jvm.awaitLine("fine"));
        }
    }

    @Test
    void manyBlocksAreOpenAtATimeAndNothingIsLeftOfThem() throws Exception {
        cycle(50);
        long descriptors = count(Path.of("/proc/self/fd"));
        int libraries = libraries();
        cycle(500);
        assertEquals(descriptors, count(Path.of("/proc/self/fd")));
        assertEquals(libraries, libraries());
    }

    private static void cycle(int count) throws HostCallException {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Block block = THREAD_LOCALS.open(request(new byte[] {(byte) i}, 64, 8));
            assertEquals((byte) i, copy(block, 64).get(JAVA_BYTE, 0));
            blocks.add(block);
        }
        assertEquals(count, blocks.stream().map(Block::module).distinct().count());
        for (Block block : blocks) {
            THREAD_LOCALS.close(block.handle());
        }
    }

    private static long count(Path directory) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.count();
        }
    }

    private static int libraries() throws Exception {
        return (int)
                Files.readAllLines(Path.of("/proc/self/maps")).stream()
                        .filter(line -> line.contains("orcinus-tls"))
                        .count();
    }
}
