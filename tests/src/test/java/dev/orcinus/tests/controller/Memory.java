package dev.orcinus.tests.controller;

import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.FinalizeRequest;
import dev.orcinus.protocol.epc.SegmentHeader;
import java.util.List;

/** Creates finalize requests. */
public final class Memory {
    private Memory() {}

    /** Returns a request of one segment. */
    public static FinalizeRequest request(
            MemProt prot,
            ExecutorAddress address,
            long sizeBytes,
            byte[] content,
            AllocActionCallPair... actions) {
        SegmentHeader header = segment(prot, address, sizeBytes);
        return new FinalizeRequest(
                List.of(new FinalizeRequest.Segment(header, content)), List.of(actions));
    }

    /** Returns a segment of standard lifetime. */
    public static SegmentHeader segment(MemProt prot, ExecutorAddress address, long sizeBytes) {
        return new SegmentHeader(new AllocGroup(prot, MemLifetime.STANDARD), address, sizeBytes);
    }
}
