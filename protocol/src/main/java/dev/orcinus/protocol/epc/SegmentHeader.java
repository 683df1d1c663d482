package dev.orcinus.protocol.epc;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;

/**
 * A segment of a finalize request without its content: group, address, size. In a request to the
 * memory manager the content follows as a blob; in one to the shared-memory mapper there is none.
 * Mirrors LLVM's {@code tpctypes::SharedMemorySegFinalizeRequest}.
 *
 * @param group protection and lifetime
 * @param address the first byte
 * @param sizeBytes length in memory, unsigned
 */
public record SegmentHeader(AllocGroup group, ExecutorAddress address, long sizeBytes) {
    private static final int WIRE_BYTES = 1 + 2 * Long.BYTES;

    /** The codec of the header alone. */
    public static final SpsCodec<SegmentHeader> CODEC =
            SpsCodec.of(
                    WIRE_BYTES,
                    in -> new SegmentHeader(readGroup(in), in.readAddress(), in.readLong()),
                    (out, segment) ->
                            out.writeByte(segment.group.toWire())
                                    .writeAddress(segment.address)
                                    .writeLong(segment.sizeBytes));

    private static AllocGroup readGroup(SpsReader in) throws ProtocolException {
        long start = in.offset();
        byte wire = in.readByte();
        try {
            return AllocGroup.ofWire(wire);
        } catch (IllegalArgumentException e) {
            throw new MalformedSpsException(
                    start,
                    "allocation group 0x"
                            + Integer.toHexString(wire & 0xff)
                            + ": "
                            + e.getMessage());
        }
    }
}
