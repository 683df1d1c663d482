package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.Controller.await;
import static dev.orcinus.tests.controller.Services.failure;
import static dev.orcinus.tests.controller.Services.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of invalid calls, all in one session: each gets an error, and the session serves the next
 * valid call.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadCallsTest {
    private static final long PAGE = 4096;

    private Path directory;
    private ForkedSession session;
    private Controller controller;
    private Services services;
    private GuestCode guest;
    private ExecutorAddress base;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException, InterruptedException, ProtocolException {
        directory = folder;
        session = new ForkedSession(directory);
        controller = session.controller();
        services = session.services();
        guest = GuestCode.load(controller, services);
    }

    @BeforeEach
    void reserve() {
        base = value(services.reserve(4 * PAGE));
    }

    /** Requires that the reservation is still usable, and frees it. */
    @AfterEach
    void theNextGoodCallsAreAnswered() {
        FinalizeRequest request =
                Memory.request(MemProt.READ_WRITE, base, PAGE, new byte[] {1, 2, 3});
        assertEquals(base, value(services.initialize(request)));
        assertArrayEquals(new byte[] {1, 2, 3, 0}, services.read(AddressRange.of(base, 4)));
        assertEquals(14, services.runAsInt(guest.at(GuestCode.Function.TWICE), 7));
        assertEquals(Optional.empty(), services.release(base));
    }

    @AfterAll
    void theSessionEndsWell() throws IOException, InterruptedException {
        controller.close();
        session.assertEnds(0);
        session.close();
    }

    private byte[] call(String symbol, byte[] arguments) {
        return controller.call(controller.symbol(symbol), arguments);
    }

    private void assertRefused(String reason, ExecutorAddress tag, byte[] arguments)
            throws InterruptedException {
        assertEquals(
                0,
                controller.call(tag, arguments).length,
                "an out-of-band error is an empty result");
        session.executor().awaitErrors(reason);
    }

    @Test
    void argumentsThatAreCutOffAnywhere() {
        ExecutorAddress shared = value(services.reserveShared(PAGE)).address();
        for (WireArguments sample : WireArguments.samples(controller, base, shared)) {
            for (byte[] cut : sample.truncated()) {
                assertEquals(
                        0,
                        call(sample.function(), cut).length,
                        () -> sample + " with " + cut.length + " bytes");
            }
        }
        assertEquals(Optional.empty(), services.releaseShared(shared));
    }

    @Test
    void countsThatPromiseMoreThanThereIs() {
        ExecutorAddress shared = value(services.reserveShared(PAGE)).address();
        for (WireArguments sample : WireArguments.samples(controller, base, shared)) {
            for (byte[] lie : sample.lying()) {
                assertEquals(0, call(sample.function(), lie).length, sample::toString);
            }
        }
        assertEquals(Optional.empty(), services.releaseShared(shared));
    }

    /** The content of large calls is written to its pages as it comes, before the rest is known. */
    @Test
    void countsThatLieInALargeCall() {
        byte[] content = new byte[3 * (int) PAGE + 100_000];
        ExecutorAddress large = value(services.reserve(content.length));
        for (long[] counts :
                new long[][] {{content.length + 9, 0}, {content.length, 1}, {content.length, -1}}) {
            byte[] arguments =
                    services.of(Services.MEMORY)
                            .writeLong(1)
                            .writeByte((byte) 1)
                            .writeAddress(large)
                            .writeLong(content.length + 9)
                            .writeLong(counts[0])
                            .writeBytes(content)
                            .writeLong(counts[1])
                            .toBytes();
            assertEquals(0, call(Services.MEMORY + "initialize_wrapper", arguments).length);
        }
        FinalizeRequest request = Memory.request(MemProt.READ, large, content.length, content);
        assertEquals(large, value(services.initialize(request)), "its pages are free");
        assertEquals(Optional.empty(), services.release(large));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 0x1000, 0x7fff_ffff_f000L, Long.MIN_VALUE, -1})
    void anAddressThatIsNoCode(long address) throws InterruptedException {
        ExecutorAddress nowhere = new ExecutorAddress(address);
        assertRefused(
                "call of wrapper function " + nowhere + ": no executable memory there",
                nowhere,
                new byte[0]);
        assertRefused(
                "cannot run " + nowhere + ": no executable memory there",
                controller.symbol(Services.BOOT + "run_as_void_function_wrapper"),
                new SpsWriter().writeAddress(nowhere).toBytes());
    }

    @Test
    void memoryThatIsNoCode() throws InterruptedException {
        assertRefused(
                "call of wrapper function " + base + ": no executable memory there",
                base,
                new byte[0]);
    }

    @Test
    void anInstanceThatIsNotOurs() throws InterruptedException {
        for (String function : List.of("reserve_wrapper", "release_wrapper")) {
            byte[] arguments = new SpsWriter().writeLong(0x1234).writeLong(0).toBytes();
            assertRefused(
                    "instance 0x1234 is not the one of the Setup message",
                    controller.symbol(Services.MEMORY + function),
                    arguments);
        }
    }

    /** Bits 1 read, 2 write, 4 execute, 8 finalize lifetime. */
    @ParameterizedTest
    @ValueSource(bytes = {6, 7, 14, 15})
    void aSegmentToBeWrittenAndExecuted(byte group) throws InterruptedException {
        assertRefused(
                "memory that is both writable and executable is not available",
                controller.symbol(Services.MEMORY + "initialize_wrapper"),
                segment(group));
    }

    @ParameterizedTest
    @ValueSource(bytes = {16, 64, -1})
    void aGroupThatDoesNotExist(byte group) throws InterruptedException {
        assertRefused(
                "allocation group 0x" + Integer.toHexString(group & 0xff),
                controller.symbol(Services.MEMORY + "initialize_wrapper"),
                segment(group));
    }

    private byte[] segment(byte group) {
        return services.of(Services.MEMORY)
                .writeLong(1)
                .writeByte(group)
                .writeAddress(base)
                .writeLong(PAGE)
                .writeLong(0)
                .writeLong(0)
                .toBytes();
    }

    private String initializeFails(ExecutorAddress address, long sizeBytes, byte[] content) {
        return failure(
                services.initialize(Memory.request(MemProt.READ, address, sizeBytes, content)));
    }

    @Test
    void contentLongerThanItsSegment() {
        assertEquals(
                "Segment " + base + " content size (0x10 bytes) exceeds segment size (0x8 bytes)",
                initializeFails(base, 8, new byte[16]));
    }

    @Test
    void segmentsOutsideOfTheirReservation() {
        ExecutorAddress end = base.plus(4 * PAGE);
        assertOutside(new ExecutorAddress(0x10000), PAGE);
        assertOutside(new ExecutorAddress(base.value() - PAGE), 2 * PAGE);
        assertOutside(base.plus(3 * PAGE), PAGE + 1);
        assertOutside(base, 1L << 40);
        assertOutside(services.processSymbol("malloc").alignDown(PAGE), PAGE);
        assertOutside(new ExecutorAddress(end.value() + (1L << 40)), PAGE);
    }

    private void assertOutside(ExecutorAddress address, long sizeBytes) {
        String message = initializeFails(address, sizeBytes, new byte[] {1});
        assertTrue(message.contains("is not part of any reserved address range"), message);
        assertTrue(message.contains(address.toString()), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, -4096, Long.MIN_VALUE})
    void aSizeThatLeavesTheAddressSpace(long sizeBytes) {
        String message = initializeFails(base, sizeBytes, new byte[] {1});
        assertTrue(message.contains(base.toString()), message);
    }

    @Test
    void aSegmentThatStartsWithinAPage() {
        String message = initializeFails(base.plus(8), 8, new byte[] {1});
        assertTrue(message.contains("does not start on a page of 0x1000 bytes"), message);
    }

    @Test
    void aSegmentOverAnInitializedOne() {
        ExecutorAddress second = base.plus(PAGE);
        value(services.initialize(Memory.request(MemProt.READ, second, PAGE, new byte[] {7})));
        String message = initializeFails(base, 2 * PAGE, new byte[] {1});
        assertTrue(message.contains("overlaps the region " + second), message);
        assertArrayEquals(new byte[] {7}, services.read(AddressRange.of(second, 1)));
    }

    @Test
    void nothingToInitialize() {
        assertEquals(
                "Finalization request is empty",
                failure(services.initialize(new FinalizeRequest(List.of(), List.of()))));
    }

    @Test
    void whatIsNotReservedIsNotReleased() {
        ExecutorAddress other = value(services.reserve(PAGE));
        assertEquals(Optional.empty(), services.release(other));
        String twice = services.release(other).orElseThrow();
        assertEquals("In release, " + other + " is not part of any reserved address range", twice);
        assertTrue(services.release(base.plus(PAGE)).isPresent(), "not a base");
        assertTrue(services.release(ExecutorAddress.NULL).isPresent(), "nothing there");
    }

    @Test
    void whatIsNotInitializedIsNotDeinitialized() {
        String message = services.deinitialize(base).orElseThrow();
        assertEquals(
                "In deinitialize, address "
                        + base
                        + " does not correspond to the start of any initialized region",
                message);
    }

    /** Valid entries are released, and the error names the others. */
    @Test
    void aListWithAStranger() {
        ExecutorAddress other = value(services.reserve(PAGE));
        String message = services.release(new ExecutorAddress(0x5000), other).orElseThrow();
        assertTrue(message.contains("0x5000"), message);
        assertTrue(services.release(other).isPresent(), "the other one has gone");
    }

    @Test
    void moreMemoryThanThereIs() {
        for (long sizeBytes : new long[] {1L << 60, Long.MAX_VALUE, -1, -PAGE}) {
            String message = failure(services.reserve(sizeBytes));
            assertTrue(message.contains("reserv") || message.contains("address space"), message);
            failure(services.reserveShared(sizeBytes));
        }
    }

    @Test
    void aSharedSegmentInAnotherReservation() {
        ExecutorAddress shared = value(services.reserveShared(PAGE)).address();
        SharedMemoryFinalizeRequest outside =
                new SharedMemoryFinalizeRequest(
                        List.of(Memory.segment(MemProt.READ, new ExecutorAddress(0x10000), PAGE)),
                        List.of());
        String message = failure(services.initializeShared(shared, outside));
        assertTrue(message.contains("is not part of any reserved address range"), message);
        message = failure(services.initializeShared(new ExecutorAddress(0x10000), outside));
        assertTrue(message.contains("0x10000 is not part of any reserved address range"), message);
        assertEquals(Optional.empty(), services.releaseShared(shared));
        assertTrue(services.releaseShared(shared).isPresent(), "released twice");
    }

    @Test
    void readingWhatIsNotMapped() throws InterruptedException {
        for (String type : List.of("uint8s", "uint64s", "strings")) {
            assertRefused(
                    "at 0x10: not mapped for that",
                    controller.symbol(Services.BOOT + "mem_read_" + type + "_wrapper"),
                    new SpsWriter().writeLong(1).writeLong(0x10).toBytes());
        }
        assertRefused(
                "cannot read more than 1073741824 bytes with one call",
                controller.symbol(Services.BOOT + "mem_read_buffers_wrapper"),
                new SpsWriter().writeLong(1).writeLong(0).writeLong(Long.MAX_VALUE).toBytes());
    }

    @Test
    void writingWhatIsNotMappedOrMayNotBeWritten() throws InterruptedException {
        for (ExecutorAddress target :
                List.of(
                        new ExecutorAddress(0x10),
                        guest.base(),
                        services.processSymbol("malloc"))) {
            assertRefused(
                    "cannot write 4 bytes at " + target,
                    controller.symbol(Services.BOOT + "mem_write_buffers_wrapper"),
                    new SpsWriter()
                            .writeLong(1)
                            .writeAddress(target)
                            .writeBlob(new byte[] {-1, -1, -1, -1})
                            .toBytes());
        }
    }

    @Test
    void librariesThatAreNone() throws IOException {
        assertEquals(
                "/no/such/library.so: cannot open shared object file: No such file or directory",
                failure(services.open("/no/such/library.so")));
        Path text = Files.writeString(directory.resolve("text.so"), "no library");
        String message = failure(services.open(text.toString()));
        assertTrue(message.startsWith(text + ": "), message);
        assertTrue(
                failure(services.resolve(new ExecutorAddress(0x1234))).contains("0x1234"),
                "an unknown handle");
    }

    @Test
    void aPathThatIsNoText() throws InterruptedException {
        assertRefused(
                "a string that is not UTF-8",
                controller.symbol(Services.DYLIBS + "open_wrapper"),
                services.of(Services.DYLIBS).writeBlob(new byte[] {-1, -2}).writeLong(0).toBytes());
    }

    /**
     * As in LLVM, sequence numbers can have any value and order, and two calls can have the same.
     */
    @Test
    void strangeSequenceNumbers() {
        ExecutorAddress answer = guest.at(GuestCode.Function.ANSWER);
        byte[] arguments = new SpsWriter().writeAddress(answer).toBytes();
        ExecutorAddress run = controller.symbol(Services.BOOT + "run_as_void_function_wrapper");
        for (long sequence : new long[] {-1, Long.MIN_VALUE, 1L << 32}) {
            CompletableFuture<byte[]> result = controller.start(sequence, run, arguments);
            assertArrayEquals(new byte[] {42, 0, 0, 0}, await(result));
        }
    }

    /** LLVM ignores them, too. */
    @Test
    void moreBytesThanArguments() {
        byte[] result =
                call(
                        Services.BOOT + "mem_read_uint8s_wrapper",
                        new SpsWriter()
                                .writeLong(0)
                                .writeBytes("and more".getBytes(StandardCharsets.UTF_8))
                                .toBytes());
        assertArrayEquals(SpsCodec.sequence(Sps.UINT8).encode(List.of()), result);
    }
}
