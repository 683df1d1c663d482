package dev.orcinus.platform.linux.contract;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestMemory.SharedMapping;
import dev.orcinus.platform.spi.guest.GuestMemory.SlabPlace;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Block;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Import;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tests of each method of the guest SPI, which every kind of guest passes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class GuestContract {
    private static final long STACK_BYTES = 16 << 20;
    private static final byte RETURN_X64 = (byte) 0xc3;

    @TempDir private Path directory;

    /** Returns the guest. */
    abstract Guest guest();

    /** Returns the file of the library that the tests call. */
    abstract Path libraryFile();

    ExecutorAddress symbol(String name) {
        try {
            ExecutorAddress library = guest().libraries().open(libraryFile().toString());
            return guest().libraries().find(library, name).orElseThrow();
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    long call(String name, long... arguments) {
        return call(symbol(name), arguments);
    }

    private long call(ExecutorAddress function, long... arguments) {
        long[] all = java.util.Arrays.copyOf(arguments, 6);
        GuestCall call = new GuestCall(function, all[0], all[1], all[2], all[3], all[4], all[5]);
        return guest().invoker().call(call).value();
    }

    ExecutorAddress export(ExportedFunction function) {
        try {
            return guest().export(List.of(function)).getFirst();
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    private void publish(AddressRange range, MemProt prot) throws HostCallException {
        guest().memory().publish(List.of(new Publication(range, prot)));
    }

    private static MemorySegment bytes(int... values) {
        byte[] all = new byte[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) values[i];
        }
        return MemorySegment.ofArray(all);
    }

    private byte[] read(ExecutorAddress at, int size) {
        byte[] all = new byte[size];
        assertTrue(guest().memory().tryRead(at, MemorySegment.ofArray(all)));
        return all;
    }

    private static void onThread(Step step) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Runnable body =
                () -> {
                    try {
                        step.run();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                };
        Thread thread = new Thread(null, body, "guest", STACK_BYTES);
        thread.start();
        thread.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    interface Step {
        void run() throws Exception;
    }

    // ---- calls

    @Test
    void sixRegistersReachAFunctionAndItsResultComesBack() {
        assertEquals(654321, call("sum", 1, 2, 3, 4, 5, 6));
        assertEquals(-1, call("sum", -1));
    }

    @Test
    void callsOfAListRunInTheirOrder() {
        ExecutorAddress append = symbol("append");
        long before = call(append, 1);
        List<GuestCall> calls = List.of(GuestCall.of(append, 2), GuestCall.of(append, 3));
        assertEquals(
                List.of(before * 10 + 2, before * 100 + 23),
                guest().invoker().callAll(calls).value());
        assertEquals(List.of(), guest().invoker().callAll(List.of()).value());
    }

    @Test
    void aLongListRunsToItsEnd() {
        ExecutorAddress sum = symbol("sum");
        List<GuestCall> calls = new ArrayList<>();
        List<Long> expected = new ArrayList<>();
        for (long i = 0; i < 1000; i++) {
            calls.add(GuestCall.of(sum, i - 1));
            expected.add(i - 1);
        }
        assertEquals(expected, guest().invoker().callAll(calls).value());
    }

    @Test
    void mainGetsItsArgumentsWritableAndTerminated() {
        List<String> arguments = List.of("abc", "de", "");
        assertEquals(320, guest().invoker().callMain(symbol("check_main"), arguments).value());
    }

    @Test
    void argumentsAreLaidOutAsTheKernelDoes() {
        List<String> arguments = List.of("abc", "");
        ExecutorAddress argv = guest().invoker().layOut(arguments);
        assertEquals(argv, guest().invoker().layOut(arguments));
        assertEquals("abc", textAt(wordAt(argv)));
        assertEquals("", textAt(wordAt(argv.plus(8))));
        assertEquals(0, wordAt(argv.plus(16)));
        ExecutorAddress next = argv.plus(24);
        for (; wordAt(next) != 0; next = next.plus(8)) {
            String variable = textAt(wordAt(next));
            assertTrue(variable.contains("="), variable);
        }
        assertTrue(next.compareTo(argv.plus(24)) > 0, "no environment");
        Set<Long> keys = new HashSet<>();
        for (next = next.plus(8); wordAt(next) != 0; next = next.plus(16)) {
            keys.add(wordAt(next));
        }
        assertTrue(keys.contains(6L), keys + " without AT_PAGESZ");
    }

    private long wordAt(ExecutorAddress address) {
        MemorySegment word = MemorySegment.ofArray(new long[1]);
        assertTrue(guest().memory().tryRead(address, word), address::toString);
        return word.get(JAVA_LONG, 0);
    }

    private String textAt(long address) {
        StringBuilder text = new StringBuilder();
        MemorySegment one = MemorySegment.ofArray(new byte[1]);
        for (long at = address; ; at++) {
            assertTrue(guest().memory().tryRead(new ExecutorAddress(at), one));
            byte character = one.get(JAVA_BYTE, 0);
            if (character == 0) {
                return text.toString();
            }
            text.append((char) character);
        }
    }

    @Test
    void wrapperFunctionsTakeAndReturnBytesOfAnySize() {
        ExecutorAddress echo = symbol("echo");
        for (int size : new int[] {0, 1, 7, 8, 9, 4096, 20000, 1 << 20}) {
            byte[] data = new byte[size];
            new java.util.Random(size).nextBytes(data);
            assertEquals(
                    WrapperFunctionResult.of(data),
                    guest().invoker().callWrapper(echo, MemorySegment.ofArray(data)).value());
        }
    }

    @Test
    void anErrorOfAWrapperFunctionIsItsText() {
        assertEquals(
                new OutOfBandError("guest says no"),
                guest().invoker().callWrapper(symbol("fail"), bytes(1)).value());
    }

    @Test
    void manyThreadsCallAtOnce() throws InterruptedException {
        ExecutorAddress sum = symbol("sum");
        List<Thread> threads = new ArrayList<>();
        AtomicLong total = new AtomicLong();
        for (int i = 0; i < 8; i++) {
            long number = i;
            threads.add(
                    new Thread(
                            () -> {
                                for (int n = 0; n < 200; n++) {
                                    total.addAndGet(call(sum, number, n));
                                }
                            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(28 * 200 + 8 * 10 * 199 * 100, total.get());
    }

    // ---- calls of Java

    @Test
    void javaGetsTheArgumentsAndItsResultComesBack() {
        List<Long> seen = new ArrayList<>();
        ExecutorAddress function =
                export(
                        ExportedFunction.of(
                                (a, b, c, d) -> {
                                    seen.addAll(List.of(a, b, c, d));
                                    return 40 + a;
                                }));
        assertEquals(42, call("call_back", function.value(), 1));
        assertEquals(List.of(1L, 2L, 3L, 4L), seen);
    }

    @Test
    void callsNestInBothDirections() {
        ExecutorAddress[] self = new ExecutorAddress[1];
        ExecutorAddress callBack = symbol("call_back");
        self[0] =
                export(
                        ExportedFunction.of(
                                (a, _, _, _) ->
                                        a == 0 ? 0 : call(callBack, self[0].value(), a - 1)));
        assertEquals(10, call(self[0], 10));
    }

    @Test
    void everyFunctionHasAnAddressOfItsOwn() throws HostCallException {
        List<ExportedFunction> functions = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long number = i;
            functions.add(ExportedFunction.of((_, _, _, _) -> number));
        }
        List<ExecutorAddress> addresses = guest().export(functions);
        for (int i = 0; i < 300; i++) {
            assertEquals(i, call(addresses.get(i)));
            assertTrue(guest().memory().isExecutable(addresses.get(i)));
        }
    }

    @Test
    void bytesGoThroughAJavaWrapperInBothDirections() {
        ExecutorAddress echo =
                export(
                        ExportedFunction.wrapper(
                                a -> WrapperFunctionResult.of(a.toArray(JAVA_BYTE))));
        for (int size : new int[] {0, 1, 7, 8, 9, 16, 4096, 1 << 20}) {
            byte[] data = new byte[size];
            new java.util.Random(size).nextBytes(data);
            assertEquals(
                    WrapperFunctionResult.of(data),
                    guest().invoker().callWrapper(echo, MemorySegment.ofArray(data)).value());
        }
    }

    @Test
    void anExceptionOfAJavaWrapperIsAnError() {
        ExecutorAddress broken =
                export(
                        ExportedFunction.wrapper(
                                _ -> {
                                    throw new IllegalStateException("broken");
                                }));
        assertEquals(
                new OutOfBandError("java.lang.IllegalStateException: broken"),
                guest().invoker().callWrapper(broken, bytes()).value());
    }

    @Test
    void threadsThatGuestCodeMakesCallJavaAllAtOnce() {
        Set<Long> tags = ConcurrentHashMap.newKeySet();
        ExecutorAddress dispatch =
                export(
                        ExportedFunction.dispatch(
                                (context, tag, arguments) -> {
                                    assertEquals(7, context.value());
                                    tags.add(tag.value());
                                    return WrapperFunctionResult.of(arguments.toArray(JAVA_BYTE));
                                }));
        assertEquals(400, call("dispatch_from_threads", dispatch.value()));
        assertEquals(8, tags.size());
    }

    // ---- memory

    @Test
    void publishedContentIsSeenByGuestCodeAndByCopies() throws HostCallException {
        GuestMemory memory = guest().memory();
        long page = memory.pageSizeBytes();
        AddressRange range = memory.map(page + 1);
        assertEquals(2 * page, range.sizeBytes());
        assertTrue(range.start().isAligned(page));
        MemorySegment view = memory.fill(range);
        assertEquals(0, view.get(JAVA_BYTE, 2 * page - 1));
        view.set(JAVA_LONG, 8, 77);
        publish(range, MemProt.READ_WRITE);
        ExecutorAddress word = range.start().plus(8);
        assertArrayEquals(new byte[] {77, 0, 0, 0, 0, 0, 0, 0}, read(word, 8));
        ExecutorAddress memset = process("memset");
        assertEquals(word.value(), call(memset, word.value(), 5, 2));
        assertArrayEquals(new byte[] {5, 5, 0, 0, 0, 0, 0, 0}, read(word, 8));
        assertTrue(memory.tryWrite(bytes(9), word));
        assertArrayEquals(new byte[] {9, 5}, read(word, 2));
        assertEquals(Map.of(), memory.unmap(List.of(range)));
        assertFalse(memory.tryRead(word, bytes(0)));
    }

    private ExecutorAddress process(String name) {
        return guest().libraries().find(guest().libraries().process(), name).orElseThrow();
    }

    @Test
    void codeRunsWhereItIsPublished() throws HostCallException {
        AddressRange range = guest().memory().map(2);
        long page = guest().memory().pageSizeBytes();
        guest().memory().fill(range).copyFrom(code());
        publish(range, MemProt.READ_EXEC);
        assertEquals(7, (int) call(range.start()));
        assertTrue(guest().memory().isExecutable(range.start()));
        assertFalse(guest().memory().isExecutable(new ExecutorAddress(page)));
        assertFalse(guest().memory().tryWrite(bytes(0), range.start()));
        assertFalse(guest().memory().tryStore(0, range.start()));
        guest().memory().unmap(List.of(range));
        assertFalse(guest().memory().isExecutable(range.start()));
    }

    /** Returns a function that returns 7. */
    private MemorySegment code() {
        return guest().triple().arch().equals("x86_64")
                ? bytes(0xb8, 7, 0, 0, 0, RETURN_X64)
                : bytes(0xe0, 0, 0x80, 0x52, 0xc0, 3, 0x5f, 0xd6);
    }

    @Test
    void discardedPagesAreZeroAndCanBeFilledAgain() throws HostCallException {
        GuestMemory memory = guest().memory();
        AddressRange range = memory.map(3 * memory.pageSizeBytes());
        long page = memory.pageSizeBytes();
        AddressRange middle = AddressRange.of(range.start().plus(page), page);
        for (int round = 1; round < 4; round++) {
            memory.fill(middle).fill((byte) round);
            publish(middle, MemProt.READ_WRITE);
            call(process("memset"), middle.start().value(), round + 10, 1);
            assertArrayEquals(
                    new byte[] {(byte) (round + 10), (byte) round}, read(middle.start(), 2));
            assertEquals(Map.of(), memory.discard(List.of(middle)));
            assertArrayEquals(new byte[2], read(middle.start(), 2));
            assertEquals(0, memory.fill(middle).get(JAVA_BYTE, 1));
        }
        assertEquals(Map.of(), memory.unmap(List.of(range)));
    }

    @Test
    void partsOfARangeGoByThemselves() throws HostCallException {
        GuestMemory memory = guest().memory();
        long page = memory.pageSizeBytes();
        AddressRange range = memory.map(3 * page);
        memory.fill(range).fill((byte) 7);
        publish(range, MemProt.READ);
        AddressRange middle = AddressRange.of(range.start().plus(page), page);
        assertEquals(Map.of(), memory.unmap(List.of(middle)));
        assertFalse(memory.tryRead(middle.start(), bytes(0)));
        ExecutorAddress across = new ExecutorAddress(middle.start().value() - 2);
        assertFalse(memory.tryRead(across, MemorySegment.ofArray(new byte[4])));
        assertArrayEquals(new byte[] {7, 7}, read(across, 2));
        assertArrayEquals(new byte[] {7}, read(middle.end(), 1));
        memory.unmap(List.of(new AddressRange(range.start(), middle.start())));
        memory.unmap(List.of(new AddressRange(middle.end(), range.end())));
    }

    @Test
    void addressesThatNothingIsMappedAtAreFaults() {
        GuestMemory memory = guest().memory();
        assertFalse(memory.tryRead(ExecutorAddress.NULL, bytes(0)));
        assertFalse(memory.tryRead(new ExecutorAddress(-8), MemorySegment.ofArray(new byte[16])));
        assertFalse(memory.tryWrite(bytes(0), new ExecutorAddress(-8)));
        assertFalse(memory.tryStore(1, ExecutorAddress.NULL));
    }

    @Test
    void aWordIsStoredInOnePiece() throws HostCallException {
        AddressRange range = guest().memory().map(1);
        publish(range, MemProt.READ_WRITE);
        assertTrue(guest().memory().tryStore(0x0102030405060708L, range.start()));
        assertArrayEquals(new byte[] {8, 7, 6, 5, 4, 3, 2, 1}, read(range.start(), 8));
        guest().memory().unmap(List.of(range));
    }

    @Test
    void slabsLieWhereTheyAreAskedFor() throws HostCallException {
        GuestMemory memory = guest().memory();
        AddressRange low = memory.mapSlab(64 << 20, SlabPlace.LOW);
        assertTrue(low.end().value() <= 1L << 31, low::toString);
        AddressRange near = memory.mapSlab(64 << 20, SlabPlace.NEAR_LIBRARIES);
        long distance = Math.abs(near.start().value() - process("malloc").value());
        assertTrue(distance < 1L << 31, () -> near + " is " + distance + " away");
        AddressRange any = memory.mapSlab(64 << 20, SlabPlace.ANYWHERE);
        for (AddressRange slab : List.of(low, near, any)) {
            AddressRange last =
                    new AddressRange(
                            new ExecutorAddress(slab.end().value() - memory.pageSizeBytes()),
                            slab.end());
            memory.fill(last).copyFrom(code());
            publish(last, MemProt.READ_EXEC);
            assertEquals(7, (int) call(last.start()));
            assertEquals(Map.of(), memory.unmap(List.of(slab)));
        }
    }

    @Test
    void aSizeThatCannotBeMappedIsAnError() {
        HostCallException tooLarge =
                assertThrows(HostCallException.class, () -> guest().memory().map(1L << 60));
        assertEquals(12, tooLarge.errno());
        assertThrows(HostCallException.class, () -> guest().memory().map(-1));
        for (SlabPlace place : SlabPlace.values()) {
            assertThrows(HostCallException.class, () -> guest().memory().mapSlab(0, place));
        }
    }

    @Test
    void aProtectionThatCannotBeSetIsAnError() {
        AddressRange range = AddressRange.of(new ExecutorAddress(0x10000), 0x1000);
        HostCallException failed =
                assertThrows(HostCallException.class, () -> publish(range, MemProt.READ));
        assertEquals("mprotect(" + range + ", r--)", failed.call());
        assertEquals(12, failed.errno());
    }

    @Test
    void sharedMemoryHasANameAndOneContent() throws Exception {
        SharedMapping shared = guest().memory().mapShared(100);
        Path file = Path.of("/dev/shm" + shared.name());
        byte[] content = java.nio.file.Files.readAllBytes(file);
        assertEquals(guest().memory().pageSizeBytes(), content.length);
        java.nio.file.Files.write(file, new byte[] {5, 6}, java.nio.file.StandardOpenOption.WRITE);
        assertArrayEquals(new byte[] {5, 6, 0}, read(shared.range().start(), 3));
        publish(shared.range(), MemProt.READ_WRITE);
        call(process("memset"), shared.range().start().value(), 8, 1);
        assertEquals(8, java.nio.file.Files.readAllBytes(file)[0]);
        guest().memory().unlinkShared(shared.name());
        guest().memory().unlinkShared(shared.name());
        assertFalse(java.nio.file.Files.exists(file));
        assertEquals(Map.of(), guest().memory().unmap(List.of(shared.range())));
    }

    // ---- libraries

    @Test
    void symbolsOfTheProcessIncludeTheRuntimesOfCAndCxx() {
        ExecutorAddress process = guest().libraries().process();
        List<ExecutorAddress> found =
                guest().libraries()
                        .find(
                                process,
                                List.of(
                                        "malloc",
                                        "no_such_symbol",
                                        "_Unwind_Find_FDE",
                                        "__cxa_throw"));
        assertFalse(found.get(0).isNull());
        assertTrue(found.get(1).isNull());
        assertFalse(found.get(2).isNull());
        assertFalse(found.get(3).isNull());
        List<String> many = Collections.nCopies(500, "free");
        assertEquals(1, Set.copyOf(guest().libraries().find(process, many)).size());
        assertEquals(500, guest().libraries().find(process, many).size());
    }

    @Test
    void aLibraryThatCannotBeOpenedIsTheLinkersMessage() {
        HostCallException failed =
                assertThrows(
                        HostCallException.class, () -> guest().libraries().open("/no/such.so"));
        assertTrue(failed.getMessage().startsWith("/no/such.so: cannot open"), failed::getMessage);
    }

    @Test
    void aClosedLibraryCanBeOpenedAgain() throws HostCallException {
        ExecutorAddress one = guest().libraries().open("libm.so.6");
        assertTrue(guest().libraries().find(one, "cos").isPresent());
        guest().libraries().close(one);
        ExecutorAddress two = guest().libraries().open("libm.so.6");
        assertTrue(guest().libraries().find(two, "cos").isPresent());
        guest().libraries().close(two);
    }

    // ---- unwinder

    @Test
    void theUnwinderFindsAFrameWhileItsSectionIsRegistered() throws HostCallException {
        AddressRange code = guest().memory().map(1);
        guest().memory().fill(code).copyFrom(code());
        publish(code, MemProt.READ_EXEC);
        byte[] frame = ehFrame(code.start().value());
        AddressRange pages = guest().memory().map(frame.length);
        guest().memory().fill(pages).copyFrom(MemorySegment.ofArray(frame));
        publish(pages, MemProt.READ);
        AddressRange section = AddressRange.of(pages.start(), frame.length);
        assertEquals(0, findFrame(code.start()));
        guest().unwinder().register(section);
        assertEquals(pages.start().plus(16).value(), findFrame(code.start()));
        guest().unwinder().deregister(section);
        assertEquals(0, findFrame(code.start()));
        guest().memory().unmap(List.of(code, pages));
    }

    private static byte[] ehFrame(long function) {
        return ByteBuffer.allocate(16 + 24 + 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(12)
                .putInt(0)
                .put(new byte[] {1, 0, 1, 0x78, 16, 0, 0, 0})
                .putInt(20)
                .putInt(20)
                .putLong(function)
                .putLong(4)
                .putInt(0)
                .array();
    }

    private long findFrame(ExecutorAddress function) {
        ExecutorAddress bases = guest().process().allocate(24);
        long found = call(process("_Unwind_Find_FDE"), function.value(), bases.value());
        guest().process().free(bases);
        return found;
    }

    // ---- thread-locals

    @Test
    void aThreadHasACopyOfABlock() throws Exception {
        Request request =
                new Request("a.o", new byte[] {1, 2, 3, 4}, 16, 8, false, List.of(), List.of());
        Block block = guest().threadLocals().open(request);
        ExecutorAddress getAddress = process("__tls_get_addr");
        ExecutorAddress index = guest().process().allocate(16);
        MemorySegment words = MemorySegment.ofArray(new long[] {block.module(), 0});
        assertTrue(guest().memory().tryWrite(words, index));
        Set<Long> copies = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Step look =
                    () -> {
                        try (PreparedThread _ = guest().process().prepareThread()) {
                            long copy = call(getAddress, index.value());
                            assertArrayEquals(
                                    new byte[] {1, 2, 3, 4, 0}, read(new ExecutorAddress(copy), 5));
                            assertEquals(copy, call(getAddress, index.value()));
                            copies.add(copy);
                            all.countDown();
                            all.await();
                        }
                    };
            if (i == 0) {
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    try {
                                        look.run();
                                    } catch (Exception e) {
                                        throw new AssertionError(e);
                                    }
                                });
            } else {
                onThread(look);
            }
        }
        assertEquals(2, copies.size());
        guest().threadLocals().close(block.handle());
        guest().process().free(index);
    }

    @Test
    void aBlockImportsThoseOfLibrariesAndOfOtherBlocks() throws HostCallException {
        GuestThreadLocals locals = guest().threadLocals();
        Block first =
                locals.open(new Request("a.o", new byte[8], 8, 8, false, List.of(0L), List.of()));
        assertNotEquals(0, first.descriptors().getFirst().function().value());
        Import ofBlock = new Import("", first.handle(), 4, false, true);
        Import ofLibrary =
                new Import("_ZSt15__once_callable", ExecutorAddress.NULL, 0, false, false);
        guest().libraries().process();
        Block second =
                locals.open(
                        new Request(
                                "b.o",
                                new byte[0],
                                0,
                                1,
                                false,
                                List.of(),
                                List.of(ofBlock, ofLibrary)));
        assertEquals(first.module(), second.imports().get(0).module());
        assertEquals(4, second.imports().get(0).offset());
        assertNotEquals(0, second.imports().get(1).module());
        locals.close(second.handle());
        locals.close(first.handle());
        assertThrows(HostCallException.class, () -> locals.close(first.handle()));
    }

    @Test
    void theFunctionsForDestructorsAreThere() throws HostCallException {
        GuestThreadLocals locals = guest().threadLocals();
        ExecutorAddress register = locals.find(GuestThreadLocals.THREAD_AT_EXIT).orElseThrow();
        ExecutorAddress run = locals.find(GuestThreadLocals.RUN_DESTRUCTORS).orElseThrow();
        assertEquals(Optional.empty(), locals.find("malloc"));
        List<Long> destroyed = Collections.synchronizedList(new ArrayList<>());
        ExecutorAddress destructor =
                export(
                        ExportedFunction.of(
                                (object, _, _, _) -> {
                                    destroyed.add(object);
                                    return 0;
                                }));
        call(register, destructor.value(), 5, 0x77);
        call(register, destructor.value(), 6, 0x77);
        call(run, 0x77);
        assertEquals(List.of(6L, 5L), destroyed);
    }

    // ---- debugger

    @Test
    void emulatedThreadLocalsLeadToThoseOfLibraries() throws HostCallException {
        String variable = "_ZSt15__once_callable";
        GuestThreadLocals locals = guest().threadLocals();
        ExecutorAddress getAddress = locals.find("__emutls_get_address").orElseThrow();
        ExecutorAddress object = locals.find("__emutls_v." + variable).orElseThrow();
        assertEquals(Optional.of(object), locals.find("__emutls_v." + variable));
        assertEquals(Optional.empty(), locals.find("__emutls_v.printf"));
        ExecutorAddress process = guest().libraries().process();
        ExecutorAddress dlsym = guest().libraries().find(process, "dlsym").orElseThrow();
        byte[] text = (variable + "\0").getBytes(UTF_8);
        ExecutorAddress name = guest().process().allocate(text.length);
        assertTrue(guest().memory().tryWrite(MemorySegment.ofArray(text), name));
        GuestCall byName = new GuestCall(dlsym, process.value(), name.value(), 0, 0, 0, 0);
        GuestCall byObject = GuestCall.of(getAddress, object.value());
        List<Long> found = guest().invoker().callAll(List.of(byName, byObject)).value();
        assertNotEquals(0, found.getFirst());
        assertEquals(found.getFirst(), found.getLast());
        guest().process().free(name);
    }

    @Test
    void profilersSeeAFileThatIsShownToThem() throws Exception {
        Path file = Files.writeString(directory.resolve("jit-1.dump"), "code");
        guest().debugger().showProfile(file.toString());
        Path maps = Path.of("/proc", Long.toString(guest().process().pid()), "maps");
        List<String> shown =
                Files.readAllLines(maps).stream().filter(l -> l.endsWith(file.toString())).toList();
        assertEquals(1, shown.size(), shown::toString);
        assertTrue(shown.getFirst().contains(" r-xp "), shown.getFirst());
        String missing = directory.resolve("missing").toString();
        assertThrows(HostCallException.class, () -> guest().debugger().showProfile(missing));
    }

    @Test
    void theDebuggersListHasTheRegisteredObjects() throws HostCallException {
        ExecutorAddress descriptor =
                guest().debugger().find("__jit_debug_descriptor").orElseThrow();
        assertTrue(guest().debugger().find("__jit_debug_register_code").isPresent());
        assertEquals(Optional.empty(), guest().debugger().find("malloc"));
        AddressRange one = AddressRange.of(new ExecutorAddress(0x1000), 16);
        AddressRange two = AddressRange.of(new ExecutorAddress(0x2000), 32);
        guest().debugger().register(one);
        guest().debugger().register(two);
        assertEquals(List.of("0x2000+32", "0x1000+16"), objects(descriptor));
        guest().debugger().unregister(one);
        guest().debugger().unregister(one);
        assertEquals(List.of("0x2000+32"), objects(descriptor));
        guest().debugger().unregister(two);
        assertEquals(List.of(), objects(descriptor));
    }

    private List<String> objects(ExecutorAddress descriptor) {
        List<String> objects = new ArrayList<>();
        long next = longAt(descriptor.plus(16));
        while (next != 0) {
            ExecutorAddress entry = new ExecutorAddress(next);
            objects.add("0x%x+%d".formatted(longAt(entry.plus(16)), longAt(entry.plus(24))));
            next = longAt(entry);
        }
        return objects;
    }

    private long longAt(ExecutorAddress at) {
        return ByteBuffer.wrap(read(at, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    // ---- process

    @Test
    void aPreparedThreadHasAGuestThreadOfItsOwn() throws Exception {
        ExecutorAddress self = symbol("self");
        Set<Long> seen = new java.util.HashSet<>();
        for (int i = 0; i < 2; i++) {
            onThread(
                    () -> {
                        try (PreparedThread _ = guest().process().prepareThread()) {
                            assertEquals(call(self), call(self));
                            assertEquals(41, call("next_local"));
                            assertEquals(42, call("next_local"));
                            assertEquals(8 << 10, (int) call("use_stack", 8 << 10));
                            seen.add(call(self));
                        }
                    });
        }
        assertFalse(seen.isEmpty());
    }

    @Test
    void theDestructorsOfAThreadHaveRunWhenItHasEnded() throws Exception {
        List<Long> ended = Collections.synchronizedList(new ArrayList<>());
        ExecutorAddress note =
                export(
                        ExportedFunction.of(
                                (value, _, _, _) -> {
                                    ended.add(value);
                                    return 0;
                                }));
        AtomicReference<PreparedThread> prepared = new AtomicReference<>();
        onThread(
                () -> {
                    try (PreparedThread own = guest().process().prepareThread()) {
                        call("watch_thread", note.value(), 33);
                        prepared.set(own);
                    }
                });
        prepared.get().awaitEnd();
        assertEquals(List.of(33L), ended);
    }

    @Test
    void atExitFunctionsOfAHandleRunNewestFirstAndOnce() {
        List<Long> calls = new ArrayList<>();
        ExecutorAddress handler =
                export(
                        ExportedFunction.of(
                                (pointer, _, _, _) -> {
                                    calls.add(pointer);
                                    return 0;
                                }));
        ExecutorAddress library = new ExecutorAddress(0x0bc1_1001);
        guest().process().atExit(handler, new ExecutorAddress(1), library);
        guest().process().atExit(handler, new ExecutorAddress(3), library);
        assertFalse(guest().invoker().runAtExits(library).isGone());
        assertEquals(List.of(3L, 1L), calls);
        guest().invoker().runAtExits(library);
        assertEquals(List.of(3L, 1L), calls);
        assertThrows(
                IllegalArgumentException.class,
                () -> guest().invoker().runAtExits(ExecutorAddress.NULL));
    }

    @Test
    void heapMemoryCanBeWrittenReadAndGivenBack() {
        ExecutorAddress memory = guest().process().allocate(100);
        assertTrue(guest().memory().tryWrite(bytes(1, 2, 3), memory));
        assertArrayEquals(new byte[] {1, 2, 3}, read(memory, 3));
        guest().process().free(memory);
    }

    @Test
    void stdioIsFlushed() {
        guest().process().flushStdio();
    }
}
