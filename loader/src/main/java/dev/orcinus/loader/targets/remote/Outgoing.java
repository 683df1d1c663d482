package dev.orcinus.loader.targets.remote;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame that will be sent.
 *
 * @param opcode its kind
 * @param sequence the number of its call
 * @param tag the function to call, or the null address
 * @param payload its payload, in pieces
 * @param sent runs when the pieces are no longer needed, whether they have been sent or not
 */
record Outgoing(
        Opcode opcode,
        long sequence,
        ExecutorAddress tag,
        List<ByteBuffer> payload,
        Runnable sent) {

    /** Returns a frame whose payload need not be freed. */
    static Outgoing of(Opcode opcode, long sequence, ExecutorAddress tag, byte[] payload) {
        return new Outgoing(opcode, sequence, tag, List.of(ByteBuffer.wrap(payload)), () -> {});
    }

    /** Returns the frame's bytes, header first. */
    List<ByteBuffer> bytes() {
        long payloadBytes = payload.stream().mapToLong(ByteBuffer::remaining).sum();
        byte[] header = new byte[FrameHeader.SIZE_BYTES];
        new FrameHeader(payloadBytes, opcode, sequence, tag)
                .write(MemorySegment.ofArray(header), 0);
        List<ByteBuffer> all = new ArrayList<>(payload.size() + 1);
        all.add(ByteBuffer.wrap(header));
        all.addAll(payload);
        return all;
    }
}
