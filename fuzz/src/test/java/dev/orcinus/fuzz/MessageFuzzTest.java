package dev.orcinus.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;

/**
 * Fuzzes one serialized message. The input's first byte gives the message, the second the size of
 * the pieces in which it arrives. It is decoded or refused as malformed; nothing else happens.
 */
final class MessageFuzzTest {
    private static final int HEAD_BYTES = 2;
    private static final Replay REPLAY = new Replay();

    @FuzzTest(maxDuration = "10m")
    void message(byte[] input) throws ProtocolException {
        REPLAY.count();
        if (input.length >= HEAD_BYTES) {
            check(Codecs.of(input[0]).codec(), input);
        }
    }

    @AfterAll
    static void theWholeCorpusWasReplayed() {
        REPLAY.requireAtLeast(Seeds.messages().size());
    }

    private static <T> void check(SpsCodec<T> codec, byte[] input) throws ProtocolException {
        byte[] message = Arrays.copyOfRange(input, HEAD_BYTES, input.length);
        String whole = outcome(codec, new SpsReader(MemorySegment.ofArray(message)), message);
        FuzzedLine line = new FuzzedLine(input, HEAD_BYTES, FuzzedLine.windowOf(input[1]));
        String inPieces = outcome(codec, new SpsReader(line, message.length), message);
        assertEquals(whole, inPieces, "read whole, read in pieces");
    }

    private static <T> String outcome(SpsCodec<T> codec, SpsReader in, byte[] message)
            throws ProtocolException {
        T value;
        try {
            value = codec.read(in);
        } catch (MalformedSpsException e) {
            return e.getMessage();
        }
        byte[] encoded = codec.encode(value);
        assertArrayEquals(Arrays.copyOf(message, (int) in.offset()), encoded, "encoded again");
        T again = codec.read(new SpsReader(MemorySegment.ofArray(encoded)));
        assertArrayEquals(encoded, codec.encode(again), "encoded once more");
        return "decoded to " + in.offset();
    }
}
