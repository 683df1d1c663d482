package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterAll;

/**
 * Fuzzes the frames of a peer. The input's first byte gives the size of the pieces in which they
 * arrive. A payload that cannot be decoded affects its frame only; a bad header or the end of the
 * line ends the session; nothing else happens, and a wrong size costs no memory.
 */
final class FrameFuzzTest {
    private static final Replay REPLAY = new Replay();

    @FuzzTest(maxDuration = "10m")
    void session(byte[] input) throws ProtocolException {
        REPLAY.count();
        if (input.length == 0) {
            return;
        }
        FuzzedLine line = new FuzzedLine(input, 1, FuzzedLine.windowOf(input[0]));
        try {
            while (true) {
                frame(line);
            }
        } catch (LineException | MalformedFrameException endOfSession) {
            assertFalse(endOfSession.getMessage().isEmpty());
        }
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() {
        REPLAY.requireAtLeast(Seeds.frames().size());
    }

    private static void frame(FuzzedLine line) throws ProtocolException {
        MemorySegment bytes = MemorySegment.ofArray(new byte[FrameHeader.SIZE_BYTES]);
        line.readFully(bytes);
        FrameHeader header = FrameHeader.read(bytes, 0);
        MemorySegment written = MemorySegment.ofArray(new byte[FrameHeader.SIZE_BYTES]);
        header.write(written, 0);
        assertEquals(-1, bytes.mismatch(written), "the first byte that is written differently");
        payload(header, new SpsReader(line, header.payloadBytes()));
    }

    private static void payload(FrameHeader header, SpsReader in) throws ProtocolException {
        try {
            switch (header.opcode()) {
                case SETUP -> Codecs.SETUP.codec().read(in);
                case HANGUP -> Codecs.ERROR.codec().read(in);
                case RESULT -> in.readRest();
                case CALL_WRAPPER -> Codecs.of(header.tag().value()).codec().read(in);
            }
        } catch (MalformedSpsException spoiltFrame) {
            assertTrue(spoiltFrame.offset() <= header.payloadBytes());
        }
        in.skip(in.remaining());
    }
}
