package dev.orcinus.executor;

import static dev.orcinus.executor.TestSession.BOOT;
import static dev.orcinus.executor.TestSession.header;
import static dev.orcinus.executor.TestSession.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.TestSession.Frame;
import dev.orcinus.executor.session.SessionEnd;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsWriter;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of what changes for a controller of LLVM 24: kinds of results, hang-ups, new names. */
@Timeout(60)
final class NewerControllerTest {
    private static final String CALL = "orc_rt_ci_sps_call_";
    private static final String ACCESS = "orc_rt_ci_sps_mem_";
    private static final ExecutorAddress NO_MEMORY = new ExecutorAddress(0x10);

    private TestSession session;

    @BeforeEach
    void enter() throws Exception {
        session = new TestSession();
    }

    @AfterEach
    void leave() throws Exception {
        session.close();
    }

    private Frame answer(String function, SpsWriter arguments) throws Exception {
        session.send(session.symbol(function), arguments.toBytes());
        return session.receive();
    }

    private static SpsWriter one(ExecutorAddress address) {
        return new SpsWriter().writeLong(1).writeAddress(address);
    }

    private static void assertOutOfBand(long sequence, String text, Frame frame) throws Exception {
        FrameHeader expected =
                new FrameHeader(
                        frame.payload().length,
                        Opcode.RESULT,
                        sequence,
                        FrameHeader.OUT_OF_BAND_ERROR);
        assertEquals(expected, frame.header());
        assertEquals(text, frame.as(Sps.STRING));
    }

    @Test
    void errorsHaveTextsOnceANewNameWasCalled() throws Exception {
        Frame before = answer(BOOT + "mem_read_uint8s_wrapper", one(NO_MEMORY));
        assertEquals(header(0, Opcode.RESULT, 0), before.header());
        String text = "cannot read 1 bytes at 0x10: not mapped for that";
        assertOutOfBand(1, text, answer(ACCESS + "read_uint8s", one(NO_MEMORY)));
        assertOutOfBand(2, text, answer(BOOT + "mem_read_uint8s_wrapper", one(NO_MEMORY)));
    }

    @Test
    void errorsOfGuestThreadsHaveTextsToo() throws Exception {
        SpsWriter arguments = new SpsWriter().writeAddress(NO_MEMORY).writeLong(0);
        assertOutOfBand(
                0, "cannot run 0x10: no executable memory there", answer(CALL + "main", arguments));
    }

    @Test
    void argumentsThatEndEarlyAreErrorsWithATextInEachNewFunction() throws Exception {
        for (String name : session.setup().bootstrapSymbols().keySet()) {
            boolean isNew = name.startsWith(CALL) || name.startsWith(ACCESS);
            if (isNew || name.endsWith("lookupInstanceSymbols")) {
                Frame frame = answer(name, new SpsWriter().writeInt(1));
                assertEquals(FrameHeader.OUT_OF_BAND_ERROR, frame.header().tag(), name);
                String text = frame.as(Sps.STRING);
                assertTrue(text.startsWith("Could not deserialize arguments"), name + ": " + text);
            }
        }
    }

    @Test
    void guestFunctionsAreCalledByNewNames() throws Exception {
        ExecutorAddress increment = session.load(Code.increment());
        SpsWriter main = new SpsWriter().writeAddress(increment).writeLong(1).writeString("a");
        assertEquals(2, answer(CALL + "main", main).as(Sps.UINT64));
        SpsWriter number = new SpsWriter().writeAddress(increment).writeInt(41);
        assertEquals(42, answer(CALL + "int32_int32", number).as(Sps.UINT32));
        Frame nothing = answer(CALL + "void_void", new SpsWriter().writeAddress(increment));
        assertEquals(header(0, Opcode.RESULT, nothing.header().sequence()), nothing.header());
        assertEquals(
                Integer.BYTES,
                answer(CALL + "int32_void", new SpsWriter().writeAddress(increment))
                        .payload()
                        .length);
    }

    @Test
    void memoryIsAccessedByNewNames() throws Exception {
        ExecutorAddress cell = session.reserve(1);
        SpsWriter write = one(cell).writeLong(3).writeBytes(new byte[] {1, 2, 3});
        assertEquals(0, answer(ACCESS + "write_buffers", write).payload().length);
        SpsWriter range = one(cell).writeAddress(cell.plus(4));
        assertArrayEquals(
                new byte[] {1, 2, 3, 0},
                answer(ACCESS + "read_buffers", range).as(SpsCodec.sequence(Sps.BLOB)).getFirst());
        for (String size : List.of("uint8s", "uint16s", "uint32s", "uint64s", "pointers")) {
            int bytes = answer(ACCESS + "read_" + size, one(cell)).payload().length - Long.BYTES;
            SpsWriter store = one(cell).writeBytes(new byte[bytes]);
            assertEquals(0, answer(ACCESS + "write_" + size, store).payload().length, size);
            assertArrayEquals(
                    one(ExecutorAddress.NULL).toBytes(),
                    new SpsWriter()
                            .writeBytes(answer(ACCESS + "read_" + size, one(cell)).payload())
                            .writeBytes(new byte[Long.BYTES - bytes])
                            .toBytes(),
                    size);
        }
        assertEquals(
                List.of(""),
                answer(ACCESS + "read_strings", one(cell)).as(SpsCodec.sequence(Sps.STRING)));
    }

    @Test
    void instancesAreFoundByTheirNames() throws Exception {
        String memory = "orc_rt_ci_SimpleNativeMemoryMap_Instance";
        byte[] set =
                LookupElement.SET_CODEC.encode(
                        List.of(
                                new LookupElement(memory, true),
                                new LookupElement("no_such_instance", true),
                                new LookupElement("no_such_instance", false)));
        Frame found =
                answer(
                        "orc_rt_ci_sps_Session_lookupInstanceSymbols",
                        new SpsWriter().writeBytes(set));
        assertEquals(
                List.of(
                        Optional.of(session.symbol(memory)),
                        Optional.empty(),
                        Optional.of(ExecutorAddress.NULL)),
                value(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)), found.payload()));
    }

    @Test
    void anOrderlyHangupIsAGoodEndAndHasNoAnswer() throws Exception {
        answer(CALL + "main", new SpsWriter());
        session.send(header(1, Opcode.HANGUP, 0), (byte) 0);
        assertEquals(new SessionEnd(Optional.empty(), 0), session.awaitEnd());
        assertThrows(EOFException.class, session::receive);
    }

    @Test
    void aHangupWithAReasonIsAFailure() throws Exception {
        byte[] payload = Sps.ERROR.encode(Optional.of("out of paper"));
        session.send(header(payload.length, Opcode.HANGUP, 0), payload);
        assertEquals(
                Optional.of("the controller has hung up: out of paper"),
                session.awaitEnd().failure());
        assertThrows(EOFException.class, session::receive);
    }

    @Test
    void aHangupWithoutContentIsAFailure() throws Exception {
        session.send(header(0, Opcode.HANGUP, 0));
        String failure = session.awaitEnd().failure().orElseThrow();
        assertTrue(failure.startsWith("Could not deserialize hangup info: "), failure);
        assertThrows(EOFException.class, session::receive);
    }

    @Test
    void aLineThatEndsWithoutAHangupIsAFailureOfANewerController() throws Exception {
        answer(CALL + "main", new SpsWriter());
        assertEquals(
                Optional.of("the controller has ended its line without a hang-up"),
                session.leave().failure());
    }

    @Test
    void aShutdownHangsUpFirst() throws Exception {
        answer(CALL + "main", new SpsWriter());
        TestSession.executor().shutdown();
        Frame hangup = session.receive();
        assertEquals(header(1, Opcode.HANGUP, 0), hangup.header());
        assertEquals(Optional.empty(), hangup.as(Sps.ERROR));
        assertThrows(EOFException.class, session::receive);
        assertEquals(Optional.empty(), session.awaitEnd().failure());
    }

    /** Another one may be on its way before the answer to the first one has come. */
    @Test
    void aNudgeThatIsAnsweredWithAnErrorIsTheLast() throws Exception {
        ExecutorAddress code = session.load(Code.increment());
        assertEquals("", session.onAddress(TestSession.MEMORY, "release_wrapper", code));
        Frame nudge = session.receiveAny();
        assertTrue(session.isNudge(nudge), nudge::toString);
        byte[] text = Sps.STRING.encode("No function registered for tag");
        session.send(
                new FrameHeader(
                        text.length,
                        Opcode.RESULT,
                        nudge.header().sequence(),
                        FrameHeader.OUT_OF_BAND_ERROR),
                text);
        boolean isNudged = true;
        for (int i = 0; isNudged && i < 5; i++) {
            Thread.sleep(400); // LLVM 20 would get three in this time
            session.send(session.symbol(ACCESS + "read_uint8s"), one(NO_MEMORY).toBytes());
            isNudged = session.isNudge(session.receiveAny());
            if (isNudged) {
                session.receive();
            }
        }
        assertFalse(isNudged);
    }
}
