package dev.orcinus.fuzz;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.LookupElement;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.Setup;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.epc.SymbolDef;
import dev.orcinus.protocol.epc.WrapperFunctionCall;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import java.util.List;
import java.util.Map;

/**
 * All messages that go over the wire. A seed names its message by its index here, so new ones are
 * added at the end.
 */
enum Codecs {
    SETUP(Setup.CODEC),
    ERROR(Sps.ERROR),
    FINALIZE(FinalizeRequest.CODEC),
    SHARED_FINALIZE(SharedMemoryFinalizeRequest.CODEC),
    SEGMENT(SegmentHeader.CODEC),
    ACTIONS(AllocActionCallPair.LIST_CODEC),
    CALLS(SpsCodec.sequence(WrapperFunctionCall.CODEC)),
    LOOKUP(LookupElement.SET_CODEC),
    FOUND_19(SpsCodec.expected(SpsCodec.sequence(SymbolDef.CODEC))),
    FOUND_22(SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(SymbolDef.CODEC)))),
    FOUND_23(SpsCodec.expected(SpsCodec.sequence(SpsCodec.optional(Sps.ADDRESS)))),
    SHARED_RESERVATION(SpsCodec.expected(SharedReservation.CODEC)),
    MAIN(addressed(SpsCodec.sequence(Sps.STRING))),
    ADDRESSES(SpsCodec.sequence(Sps.ADDRESS)),
    RANGES(SpsCodec.sequence(Sps.RANGE)),
    WRITE_8(SpsCodec.sequence(addressed(Sps.UINT8))),
    WRITE_16(SpsCodec.sequence(addressed(Sps.UINT16))),
    WRITE_32(SpsCodec.sequence(addressed(Sps.UINT32))),
    WRITE_64(SpsCodec.sequence(addressed(Sps.UINT64))),
    WRITE_BUFFERS(SpsCodec.sequence(addressed(Sps.BLOB))),
    STRINGS(SpsCodec.sequence(Sps.STRING)),
    BLOBS(SpsCodec.sequence(Sps.BLOB)),
    BOOLEANS(SpsCodec.sequence(Sps.BOOL)),
    VALUES(SpsCodec.mapOf(Sps.BLOB));

    private static final List<Codecs> BY_NUMBER = List.of(values());

    @SuppressWarnings("ImmutableEnumChecker") // codecs hold no state
    private final SpsCodec<?> codec;

    Codecs(SpsCodec<?> codec) {
        this.codec = codec;
    }

    private static <T> SpsCodec<Map.Entry<ExecutorAddress, T>> addressed(SpsCodec<T> value) {
        return SpsCodec.pair(
                Sps.ADDRESS, value, Map::entry, Map.Entry::getKey, Map.Entry::getValue);
    }

    SpsCodec<?> codec() {
        return codec;
    }

    /** Returns the codec for any number. */
    static Codecs of(long number) {
        return BY_NUMBER.get(Math.floorMod(number, BY_NUMBER.size()));
    }

    /** Returns the number of this codec. */
    int number() {
        return BY_NUMBER.indexOf(this);
    }
}
