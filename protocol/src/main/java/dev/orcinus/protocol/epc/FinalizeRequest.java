package dev.orcinus.protocol.epc;

import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import java.util.Arrays;
import java.util.List;

/**
 * The request of a controller to fill, protect and initialize memory. Mirrors LLVM's {@code
 * tpctypes::FinalizeRequest}. The executor does not decode it as a whole: it reads {@link
 * SegmentHeader}s, and contents directly into their pages.
 *
 * @param segments the segments, in ascending order of group as LLVM sends them
 * @param actions the allocation actions
 */
public record FinalizeRequest(List<Segment> segments, List<AllocActionCallPair> actions) {
    /** {@code SPSFinalizeRequest}. */
    public static final SpsCodec<FinalizeRequest> CODEC =
            SpsCodec.pair(
                    SpsCodec.sequence(Segment.CODEC),
                    AllocActionCallPair.LIST_CODEC,
                    FinalizeRequest::new,
                    FinalizeRequest::segments,
                    FinalizeRequest::actions);

    /**
     * A segment with its content.
     *
     * @param header its group, address and size
     * @param content the first bytes of it; the rest is zeros
     */
    @SuppressWarnings("ArrayRecordComponent") // wire bytes; compared by content below
    public record Segment(SegmentHeader header, byte[] content) {
        /** {@code SPSSegFinalizeRequest}. */
        public static final SpsCodec<Segment> CODEC =
                SpsCodec.pair(
                        SegmentHeader.CODEC,
                        Sps.BLOB,
                        Segment::new,
                        Segment::header,
                        Segment::content);

        @Override
        public boolean equals(Object other) {
            return other instanceof Segment that
                    && header.equals(that.header)
                    && Arrays.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return 31 * header.hashCode() + Arrays.hashCode(content);
        }

        @Override
        public String toString() {
            return header + " with " + content.length + " bytes";
        }
    }
}
