package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.AllocActionCallPair;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.List;

/**
 * The memory manager: reserve; initialize, deinitialize, release of LLVM 21 and later; finalize and
 * deallocate of LLVM 19 and 20. Segment contents are read from the line into their pages. At the
 * end of a session all its memory is freed: the dealloc actions run first, those of the youngest
 * allocation before others. Mirrors LLVM's {@code SimpleExecutorMemoryManager}.
 */
final class MemoryService implements Service {
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);
    private static final int LEAST_SEGMENT_BYTES = SegmentHeader.CODEC.minimumBytes() + Long.BYTES;

    private final Instance instance;
    private final GuestLibraries libraries;

    MemoryService(Instance instance, GuestLibraries libraries) {
        this.instance = instance;
        this.libraries = libraries;
    }

    Answer reserve(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        long sizeBytes = in.readLong();
        try {
            return Answer.now(Replies.expected(Sps.ADDRESS, session.memory().reserve(sizeBytes)));
        } catch (AllocationException e) {
            return Answer.now(Replies.unexpected(e.fullMessage()));
        }
    }

    /**
     * Serves our own controller's {@code SPSExpected<range> (instance, uint64 size, bool low)}. The
     * range may be smaller than {@code size}. It lies in the first 2 GiB if {@code low} is set,
     * else near the libraries if there is a gap.
     */
    Answer reserveSlab(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        long sizeBytes = in.readLong();
        boolean low = in.readBoolean();
        libraries.process(); // loads the C++ runtime, so that the slab is near it, too
        try {
            return Answer.now(Replies.expected(Sps.RANGE, slab(session, sizeBytes, low)));
        } catch (AllocationException e) {
            return Answer.now(Replies.unexpected(e.fullMessage()));
        }
    }

    private static AddressRange slab(Session session, long sizeBytes, boolean low)
            throws AllocationException {
        return low
                ? session.memory().reserveSlab(sizeBytes, GuestMemory.SlabPlace.LOW)
                : session.memory().reserveSlab(sizeBytes, GuestMemory.SlabPlace.NEAR_LIBRARIES);
    }

    Answer initialize(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        return fill(in, new Finalization(session, Finalization.Form.PART));
    }

    Answer finalizeWhole(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        return fill(in, new Finalization(session, Finalization.Form.WHOLE));
    }

    /**
     * Reads a request and returns its answer. If it cannot be read to its end, its memory is freed.
     */
    private static Answer fill(SpsReader in, Finalization finalization) throws ProtocolException {
        boolean read = false;
        try {
            readSegments(in, finalization.allocation());
            List<AllocActionCallPair> actions = AllocActionCallPair.LIST_CODEC.read(in);
            read = true;
            return finalization.run(actions);
        } catch (AllocationException e) {
            return Answer.now(finalization.fail(e));
        } finally {
            if (!read) {
                finalization.abandon();
            }
        }
    }

    private static void readSegments(SpsReader in, InFlightAllocation allocation)
            throws ProtocolException, AllocationException {
        int count = in.readCount(LEAST_SEGMENT_BYTES);
        for (int i = 0; i < count; i++) {
            SegmentHeader header = SegmentHeader.CODEC.read(in);
            long contentBytes = in.readBlobSize();
            in.readInto(
                    allocation.addSegment(
                            header.group(), header.address(), header.sizeBytes(), contentBytes));
        }
    }

    Answer deinitialize(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        return session.deallocate(session.memory().deinitialize(ADDRESSES.read(in)));
    }

    Answer release(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        return session.deallocate(session.memory().release(ADDRESSES.read(in)));
    }

    @Override
    public void onShutdown(Session session) {
        if (!session.guest().closeIfUnused()) {
            session.grace().giveBack("clean-up code", () -> releaseAll(session));
        }
    }

    private static void releaseAll(Session session) {
        try {
            session.guest()
                    .deallocate(session.memory().releaseAll(), () -> StdioService.flush(session));
        } catch (AllocationException e) {
            session.log("while releasing the session's memory: " + e.fullMessage());
        }
    }
}
