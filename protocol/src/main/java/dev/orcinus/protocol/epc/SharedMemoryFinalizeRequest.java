package dev.orcinus.protocol.epc;

import dev.orcinus.protocol.sps.SpsCodec;
import java.util.List;

/**
 * A finalize request whose contents the controller has written into shared memory itself. Mirrors
 * LLVM's {@code tpctypes::SharedMemoryFinalizeRequest}.
 *
 * @param segments the segments
 * @param actions the allocation actions
 */
public record SharedMemoryFinalizeRequest(
        List<SegmentHeader> segments, List<AllocActionCallPair> actions) {
    /** {@code SPSSharedMemoryFinalizeRequest}. */
    public static final SpsCodec<SharedMemoryFinalizeRequest> CODEC =
            SpsCodec.pair(
                    SpsCodec.sequence(SegmentHeader.CODEC),
                    AllocActionCallPair.LIST_CODEC,
                    SharedMemoryFinalizeRequest::new,
                    SharedMemoryFinalizeRequest::segments,
                    SharedMemoryFinalizeRequest::actions);
}
