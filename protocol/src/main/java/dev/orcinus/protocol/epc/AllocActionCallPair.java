package dev.orcinus.protocol.epc;

import dev.orcinus.protocol.sps.SpsCodec;
import java.util.List;

/**
 * An allocation action: a call for when the memory has been finalized, and one for before it is
 * deallocated. Mirrors LLVM's {@code shared::AllocActionCallPair}.
 *
 * @param finalizeCall called in request order after the segments are in place
 * @param deallocCall called in reverse order at deallocation, if {@code finalizeCall} succeeded
 */
public record AllocActionCallPair(
        WrapperFunctionCall finalizeCall, WrapperFunctionCall deallocCall) {
    /** {@code SPSAllocActionCallPair}. */
    public static final SpsCodec<AllocActionCallPair> CODEC =
            SpsCodec.pair(
                    WrapperFunctionCall.CODEC,
                    WrapperFunctionCall.CODEC,
                    AllocActionCallPair::new,
                    AllocActionCallPair::finalizeCall,
                    AllocActionCallPair::deallocCall);

    /** {@code shared::AllocActions}. */
    public static final SpsCodec<List<AllocActionCallPair>> LIST_CODEC = SpsCodec.sequence(CODEC);
}
