package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.targets.SegmentPlan;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.sps.SpsWriter;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments of a finalize request in pieces, so that the contents of the segments need not be
 * copied. The bytes are the same as those that {@code FinalizeRequest}'s codec would write.
 */
final class FinalizeArguments {
    private static final long MOST_BUFFER_BYTES = 1 << 30;

    private final List<ByteBuffer> pieces = new ArrayList<>();

    private FinalizeArguments() {}

    static List<ByteBuffer> of(
            ExecutorAddress instance,
            RemoteAllocation allocation,
            List<AllocActionCallPair> actions) {
        FinalizeArguments arguments = new FinalizeArguments();
        List<SegmentPlan> plans = allocation.plans();
        SpsWriter out = new SpsWriter().writeAddress(instance).writeLong(plans.size());
        for (int i = 0; i < plans.size(); i++) {
            SegmentPlan plan = plans.get(i);
            SegmentHeader header =
                    new SegmentHeader(plan.group(), plan.address(), plan.sizeBytes());
            SegmentHeader.CODEC.write(out, header);
            out.writeLong(plan.contentBytes());
            arguments.add(out);
            arguments.add(allocation.content(i));
            out = new SpsWriter();
        }
        AllocActionCallPair.LIST_CODEC.write(out, actions);
        arguments.add(out);
        return arguments.pieces;
    }

    private void add(SpsWriter out) {
        pieces.add(ByteBuffer.wrap(out.toBytes()));
    }

    /** Adds content in pieces of at most 1 GiB, because a buffer cannot hold more than 2 GiB. */
    private void add(MemorySegment content) {
        for (long done = 0; done < content.byteSize(); done += MOST_BUFFER_BYTES) {
            long sizeBytes = Math.min(content.byteSize() - done, MOST_BUFFER_BYTES);
            pieces.add(content.asSlice(done, sizeBytes).asByteBuffer());
        }
    }
}
