package dev.orcinus.executor;

import static dev.orcinus.executor.TestSession.BOOT;
import static dev.orcinus.executor.TestSession.GUEST;
import static dev.orcinus.executor.TestSession.MEMORY;
import static dev.orcinus.executor.TestSession.SHARED;
import static dev.orcinus.executor.TestSession.error;
import static dev.orcinus.executor.TestSession.failure;
import static dev.orcinus.executor.TestSession.header;
import static dev.orcinus.executor.TestSession.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.TestSession.Frame;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of sessions from their first frame to their end. */
@Timeout(60)
final class SessionTest {
    private static final ExecutorAddress HANDLER = new ExecutorAddress(0x5150);

    /** The peer may take its time to speak, but neither to read nor at the end. */
    private static final SessionOptions SHORT = withHandshake(Duration.ofSeconds(30));

    private static final byte[] NO_ARGUMENTS = {};

    private static SessionOptions withHandshake(Duration limit) {
        Duration moment = Duration.ofMillis(200);
        return new SessionOptions(limit, Duration.ZERO, moment, moment);
    }

    private static ExecutorAddress addressOf(MemorySegment memory) {
        return new ExecutorAddress(memory.address());
    }

    private static boolean isReadable(ExecutorAddress address) {
        return GUEST.memory().tryRead(address, MemorySegment.ofArray(new byte[1]));
    }

    private static ExecutorAddress loadDispatcher(TestSession session) throws Exception {
        return session.load(
                Code.dispatch(
                        session.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_fn"),
                        session.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx"),
                        HANDLER));
    }

    /** Holds and releases memory, after which a silent controller may have ended its session. */
    private static void holdAndRelease(TestSession session) throws Exception {
        ExecutorAddress code = session.load(Code.increment());
        assertEquals("", session.onAddress(MEMORY, "release_wrapper", code));
    }

    private static byte[] emptyCall(TestSession session) throws Exception {
        return session.call(BOOT + "mem_write_uint8s_wrapper", new SpsWriter().writeLong(0));
    }

    @Test
    void theSetupMessageTellsTripleAndPages() throws Exception {
        try (TestSession session = new TestSession()) {
            assertEquals(GUEST.triple(), session.setup().triple());
            assertEquals(GUEST.memory().pageSizeBytes(), session.setup().pageSizeBytes());
            assertEquals(Map.of(), session.setup().bootstrapMap());
            assertFalse(session.symbol("__llvm_orc_SimpleRemoteEPC_dispatch_ctx").isNull());
        }
    }

    @Test
    void aControllerThatLeavesEndsTheSessionWithoutAnError() throws Exception {
        TestSession session = new TestSession();
        emptyCall(session);
        assertEquals(new SessionEnd(Optional.empty(), 0), session.leave());
    }

    @Test
    void aHangupEndsTheSessionWithoutAnError() throws Exception {
        try (TestSession session = new TestSession()) {
            session.send(header(1, Opcode.HANGUP, 0), (byte) 0);
            assertEquals(Optional.empty(), session.awaitEnd().failure());
            assertThrows(EOFException.class, session::receive);
        }
    }

    @Test
    void guestFunctionsRunWithTheirArguments() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress increment = session.load(Code.increment());
            assertEquals(3, session.runAsMain(increment, "a", "b"));
            assertEquals(1, session.runAsMain(increment));
            byte[] called =
                    session.call(
                            BOOT + "run_as_int_function_wrapper",
                            new SpsWriter().writeAddress(increment).writeInt(41));
            assertArrayEquals(Sps.UINT32.encode(42), called);
            ExecutorAddress minusOne = session.load(Code.minusOne());
            assertEquals(-1, session.runAsMain(minusOne));
            byte[] negative =
                    session.call(
                            BOOT + "run_as_void_function_wrapper",
                            new SpsWriter().writeAddress(minusOne));
            assertArrayEquals(Sps.UINT32.encode(-1), negative);
        }
    }

    @Test
    void sequenceNumbersAreCookies() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress write = session.symbol(BOOT + "mem_write_uint8s_wrapper");
            byte[] none = new SpsWriter().writeLong(0).toBytes();
            for (long number : new long[] {-1, 5, 5, Long.MIN_VALUE}) {
                session.send(
                        new FrameHeader(none.length, Opcode.CALL_WRAPPER, number, write), none);
            }
            for (long number : new long[] {-1, 5, 5, Long.MIN_VALUE}) {
                assertEquals(header(0, Opcode.RESULT, number), session.receive().header());
            }
        }
    }

    @Test
    void aThousandCallsInFlightAreAllAnswered() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress increment = session.load(Code.increment());
            ExecutorAddress run = session.symbol(BOOT + "run_as_int_function_wrapper");
            Set<Long> expected = new HashSet<>();
            for (int i = 0; i < 1000; i++) {
                byte[] arguments = new SpsWriter().writeAddress(increment).writeInt(i).toBytes();
                expected.add(session.send(run, arguments));
            }
            Set<Long> answered = new HashSet<>();
            for (int i = 0; i < 1000; i++) {
                answered.add(session.receive().header().sequence());
            }
            assertEquals(expected, answered);
        }
    }

    @Test
    void aCallThatBlocksHoldsNoOtherCallUp() throws Exception {
        try (TestSession session = new TestSession();
                Arena arena = Arena.ofShared()) {
            MemorySegment gate = arena.allocate(1);
            long blocked = session.send(session.load(Code.spinUntil(addressOf(gate))));
            assertArrayEquals(NO_ARGUMENTS, emptyCall(session));
            session.call(
                    BOOT + "mem_write_uint8s_wrapper",
                    new SpsWriter().writeLong(1).writeAddress(addressOf(gate)).writeByte((byte) 1));
            assertEquals(header(1, Opcode.RESULT, blocked), session.receive().header());
        }
    }

    @Test
    void guestCodeCallsTheControllerAndGetsItsAnswer() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress dispatch = loadDispatcher(session);
            for (byte[] answer : List.of(NO_ARGUMENTS, new byte[] {7}, new byte[1000])) {
                long number = session.send(dispatch, (byte) 1, (byte) 2);
                Frame call = session.receive();
                assertEquals(Opcode.CALL_WRAPPER, call.header().opcode());
                assertEquals(HANDLER, call.header().tag());
                assertArrayEquals(new byte[] {1, 2}, call.payload());
                session.send(
                        header(answer.length, Opcode.RESULT, call.header().sequence()), answer);
                Frame result = session.receive();
                assertEquals(number, result.header().sequence());
                assertArrayEquals(answer, result.payload());
            }
        }
    }

    @Test
    void callsToTheControllerNestAndEndInAnyOrder() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress dispatch = loadDispatcher(session);
            long[] outer = new long[100];
            long[] inner = new long[100];
            for (int i = 0; i < 100; i++) {
                outer[i] = session.send(dispatch, (byte) i);
                inner[i] = session.receive().header().sequence();
            }
            assertArrayEquals(NO_ARGUMENTS, emptyCall(session));
            for (int i = 99; i >= 0; i--) {
                session.send(header(1, Opcode.RESULT, inner[i]), (byte) i);
                Frame result = session.receive();
                assertEquals(outer[i], result.header().sequence());
                assertArrayEquals(new byte[] {(byte) i}, result.payload());
            }
        }
    }

    @Test
    void aControllerThatLeavesReleasesGuestCodeThatWaitsForIt() throws Exception {
        TestSession session = new TestSession();
        ExecutorAddress dispatch = loadDispatcher(session);
        for (int i = 0; i < 50; i++) {
            session.send(dispatch);
            session.receive();
        }
        assertEquals(new SessionEnd(Optional.empty(), 0), session.leave());
    }

    @Test
    void argumentsThatDoNotDecodeSpoilTheirCallOnly() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress reserve = session.symbol(MEMORY + "reserve_wrapper");
            assertArrayEquals(NO_ARGUMENTS, session.call(reserve, (byte) 1));
            assertTrue(
                    TestSession.log()
                            .getLast()
                            .startsWith(
                                    "Could not deserialize arguments for wrapper function call: "),
                    TestSession.log().toString());
            assertFalse(session.reserve(1).isNull());
        }
    }

    @Test
    void everyFunctionRefusesArgumentsThatAreCutAnywhere() throws Exception {
        try (TestSession session = new TestSession()) {
            for (Map.Entry<String, ExecutorAddress> symbol :
                    session.setup().bootstrapSymbols().entrySet()) {
                if (symbol.getKey().contains("dispatch") || symbol.getKey().endsWith("Instance")) {
                    continue;
                }
                byte[] garbage = new byte[40];
                Arrays.fill(garbage, (byte) 0x5a);
                for (int size = 0; size <= garbage.length; size += 4) {
                    session.call(symbol.getValue(), Arrays.copyOf(garbage, size));
                    session.call(symbol.getValue(), new byte[size]);
                }
            }
            assertFalse(session.reserve(1).isNull());
            assertFalse(session.hasEnded());
        }
    }

    @Test
    void anAddressWithoutCodeIsNotCalled() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress data = session.reserve(1);
            for (ExecutorAddress nowhere :
                    List.of(ExecutorAddress.NULL, new ExecutorAddress(-8), data)) {
                assertArrayEquals(NO_ARGUMENTS, session.call(nowhere));
                assertEquals(
                        "call of wrapper function " + nowhere + ": no executable memory there",
                        TestSession.log().getLast());
                assertArrayEquals(
                        NO_ARGUMENTS,
                        session.call(
                                BOOT + "run_as_void_function_wrapper",
                                new SpsWriter().writeAddress(nowhere)));
                assertEquals(
                        "cannot run " + nowhere + ": no executable memory there",
                        TestSession.log().getLast());
            }
        }
    }

    @Test
    void memoryRequestsOutsideOfReservationsAreErrors() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress base = session.reserve(1);
            ExecutorAddress outside = base.plus(session.setup().pageSizeBytes());
            assertTrue(
                    failure(session.initialize(List.of(session.segment(MemProt.READ, outside))))
                            .contains(outside + ""),
                    "names the address");
            assertEquals(
                    "In deinitialize, address "
                            + base
                            + " does not correspond to the start of any initialized region",
                    session.onAddress(MEMORY, "deinitialize_wrapper", base));
            assertEquals("", session.onAddress(MEMORY, "release_wrapper", base));
            assertEquals(
                    "In release, " + base + " is not part of any reserved address range",
                    session.onAddress(MEMORY, "release_wrapper", base));
        }
    }

    @Test
    void theOlderFormFinalizesWholeReservations() throws Exception {
        try (TestSession session = new TestSession()) {
            ExecutorAddress base = session.reserve(1);
            SpsWriter request =
                    session.of(MEMORY)
                            .writeLong(1)
                            .writeByte((byte) 5)
                            .writeAddress(base)
                            .writeLong(session.setup().pageSizeBytes())
                            .writeBlob(Code.increment())
                            .writeLong(0);
            assertEquals("", error(session.call(MEMORY + "finalize_wrapper", request)));
            assertEquals(2, session.runAsMain(base, "x"));
            assertEquals("", session.onAddress(MEMORY, "deallocate_wrapper", base));
            assertFalse(isReadable(base));
        }
    }

    @Test
    void deallocActionsRunAtTheEndAndMemoryGoes() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment counter = arena.allocate(ValueLayout.JAVA_INT);
            TestSession session = new TestSession();
            ExecutorAddress code = session.load(Code.count(addressOf(counter)));
            WrapperFunctionCall count = new WrapperFunctionCall(code, NO_ARGUMENTS);
            ExecutorAddress data = session.reserve(1);
            value(
                    Sps.ADDRESS,
                    session.initialize(
                            List.of(session.segment(MemProt.READ_WRITE, data)),
                            new AllocActionCallPair(count, count),
                            new AllocActionCallPair(count, count)));
            assertEquals(2, counter.get(ValueLayout.JAVA_INT, 0));
            assertEquals(new SessionEnd(Optional.empty(), 0), session.leave());
            assertEquals(4, counter.get(ValueLayout.JAVA_INT, 0));
            assertFalse(isReadable(code));
            assertFalse(isReadable(data));
        }
    }

    @Test
    void sharedMemoryHasANameUntilTheSessionEnds() throws Exception {
        TestSession session = new TestSession();
        SharedReservation shared =
                value(
                        SharedReservation.CODEC,
                        session.call(SHARED + "Reserve", session.of(SHARED).writeLong(5000)));
        Path file = Path.of("/dev/shm" + shared.name());
        assertEquals(2 * session.setup().pageSizeBytes(), Files.size(file));
        session.leave();
        assertFalse(Files.exists(file));
        assertFalse(isReadable(shared.address()));
    }

    @Test
    void guestCodeThatRunsOnIsLeftBehindWithItsMemory() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment gate = arena.allocate(1);
            TestSession session = new TestSession(SHORT);
            ExecutorAddress code = session.load(Code.spinUntil(addressOf(gate)));
            session.call(SHARED + "Reserve", session.of(SHARED).writeLong(1));
            session.send(code);
            emptyCall(session);
            assertEquals(new SessionEnd(Optional.empty(), 1), session.leave());
            assertEquals(
                    "guest code still runs 200 ms after the session: 1 calls are left behind",
                    TestSession.log().get(0));
            assertTrue(isReadable(code));
            long pid = ProcessHandle.current().pid();
            assertFalse(hasSharedMemory(pid), "the names are gone");
            GUEST.memory().tryWrite(MemorySegment.ofArray(new byte[] {1}), addressOf(gate));
            while (TestSession.log().size() < 2) {
                Thread.onSpinWait();
            }
            assertTrue(
                    TestSession.log().get(1).contains("cannot be sent: the session is closed"),
                    TestSession.log().toString());
        }
    }

    private static boolean hasSharedMemory(long pid) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
            return files.anyMatch(
                    file -> file.getFileName().toString().startsWith("orcinus-" + pid + "-"));
        }
    }

    @Test
    void aFrameThatBreaksTheProtocolEndsTheSessionWithItsReason() throws Exception {
        assertHangup("Unexpected Setup opcode", header(0, Opcode.SETUP, 0));
        assertHangup("No call for sequence number 77", header(0, Opcode.RESULT, 77));
        byte[] wrong = new byte[FrameHeader.SIZE_BYTES];
        wrong[0] = FrameHeader.SIZE_BYTES;
        wrong[8] = 4;
        assertHangup("Unexpected opcode: 4", wrong);
        wrong[0] = 31;
        assertHangup("Message size too small: 31 bytes, a header alone is 32", wrong);
    }

    private static void assertHangup(String reason, FrameHeader header) throws Exception {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES];
        header.write(MemorySegment.ofArray(frame), 0);
        assertHangup(reason, frame);
    }

    private static void assertHangup(String reason, byte[] frame) throws Exception {
        try (TestSession session = new TestSession()) {
            session.sendRaw(frame);
            assertEquals(reason, session.receiveHangup());
            assertEquals(new SessionEnd(Optional.of(reason), 0), session.awaitEnd());
        }
    }

    @Test
    void aFrameLargerThanAnythingReservedIsRefusedBeforeItIsRead() throws Exception {
        try (TestSession session = new TestSession()) {
            session.reserve(1 << 20);
            session.send(
                    new FrameHeader(
                            (64L << 20) + (1 << 20) + 1,
                            Opcode.CALL_WRAPPER,
                            1,
                            session.symbol(MEMORY + "initialize_wrapper")));
            assertEquals(
                    "Message size too large: a payload of 68157441 bytes, with 1048576 bytes"
                            + " reserved; the limit is 67108864 bytes more than that",
                    session.receiveHangup());
        }
    }

    @Test
    void anInitializationThatBreaksOffGivesItsMemoryBack() throws Exception {
        TestSession session = new TestSession();
        ExecutorAddress base = session.reserve(1 << 20);
        byte[] start =
                session.of(MEMORY)
                        .writeLong(1)
                        .writeByte((byte) 3)
                        .writeAddress(base)
                        .writeLong(1 << 20)
                        .writeLong(1 << 20)
                        .toBytes();
        session.send(
                new FrameHeader(
                        start.length + (1 << 20) + 8,
                        Opcode.CALL_WRAPPER,
                        9,
                        session.symbol(MEMORY + "initialize_wrapper")),
                start);
        session.sendRaw(new byte[100_000]);
        SessionEnd end = session.leave();
        assertTrue(end.failure().orElseThrow().contains("bytes of a payload are missing"));
        assertFalse(isReadable(base));
    }

    @Test
    void aStreamThatEndsInAHeaderIsAnError() throws Exception {
        try (TestSession session = new TestSession()) {
            session.sendRaw(new byte[17]);
            session.shutdownOutput();
            assertEquals(
                    "Unexpected end-of-file: 17 bytes of a header of 32", session.receiveHangup());
            assertTrue(session.awaitEnd().failure().isPresent());
        }
    }

    @Test
    void aControllerThatSaysNothingLosesTheLine() throws Exception {
        SessionOptions options = withHandshake(Duration.ofMillis(200));
        try (TestSession session = new TestSession(options)) {
            assertEquals("the controller has said nothing for 200 ms", session.receiveHangup());
            assertThrows(EOFException.class, session::receive);
        }
    }

    /** The nudges come after 50 ms, 100 ms and so on, so five take longer than the limit. */
    @Test
    void aControllerThatHasSpokenIsNudgedAndKept() throws Exception {
        try (TestSession session = new TestSession(withHandshake(Duration.ofSeconds(1)))) {
            holdAndRelease(session);
            for (int i = 0; i < 5; i++) {
                Frame nudge = session.receiveAny();
                assertTrue(session.isNudge(nudge), nudge.toString());
                assertEquals(i, nudge.header().sequence());
            }
            assertArrayEquals(NO_ARGUMENTS, emptyCall(session));
        }
    }

    @Test
    void anIdleLimitEndsASilentSession() throws Exception {
        try (TestSession session = new TestSession(SHORT.withIdle(Duration.ofMillis(50)))) {
            emptyCall(session);
            assertEquals("the controller has said nothing for 50 ms", session.receiveHangup());
        }
    }

    @Test
    void theAnswerToANudgeIsTakenForWhatItIs() throws Exception {
        try (TestSession session = new TestSession()) {
            holdAndRelease(session);
            Frame nudge = session.receiveAny();
            assertTrue(session.isNudge(nudge));
            assertEquals(0, nudge.payload().length);
            session.send(header(0, Opcode.RESULT, nudge.header().sequence()));
            assertFalse(session.reserve(1).isNull());
        }
    }

    @Test
    void aControllerThatDoesNotReadLosesTheLine() throws Exception {
        try (TestSession session = new TestSession(SHORT)) {
            ExecutorAddress base = session.reserve(1 << 20);
            byte[] read =
                    new SpsWriter()
                            .writeLong(1)
                            .writeAddress(base)
                            .writeAddress(base.plus(1 << 20))
                            .toBytes();
            ExecutorAddress readBuffers = session.symbol(BOOT + "mem_read_buffers_wrapper");
            for (int i = 0; i < 16; i++) {
                session.send(readBuffers, read);
            }
            String failure = session.awaitEnd().failure().orElseThrow();
            assertTrue(failure.contains("the peer has not read for 200 ms"), failure);
            assertFalse(isReadable(base));
        }
    }

    @Test
    void anAnswerOfGuestCodeThatNobodyReadsEndsTheSessionToo() throws Exception {
        try (TestSession session = new TestSession(SHORT)) {
            ExecutorAddress dispatch = loadDispatcher(session);
            byte[] large = new byte[16 << 20];
            session.send(dispatch, large);
            String failure = session.awaitEnd().failure().orElseThrow();
            assertTrue(failure.contains("the peer has not read for 200 ms"), failure);
        }
    }

    @Test
    void anExecutorThatShutsDownEndsItsSessions() throws Exception {
        try (TestSession session = new TestSession()) {
            emptyCall(session);
            TestSession.executor().shutdown();
            assertEquals(new SessionEnd(Optional.empty(), 0), session.awaitEnd());
        }
    }

    @Test
    void callsAreCounted() throws Exception {
        try (TestSession session = new TestSession()) {
            for (int i = 0; i < 5; i++) {
                emptyCall(session);
            }
            assertEquals(5, TestSession.executor().sessions().iterator().next().callsServed());
        }
        assertFalse(TestSession.executor().sessions().iterator().hasNext());
    }
}
