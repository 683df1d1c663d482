package dev.orcinus.executor.service;

import dev.orcinus.executor.session.Answer;
import dev.orcinus.executor.session.Replies;
import dev.orcinus.executor.session.Service;
import dev.orcinus.executor.session.Session;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.SegmentHeader;
import dev.orcinus.protocol.epc.SharedMemoryFinalizeRequest;
import dev.orcinus.protocol.epc.SharedReservation;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.util.List;

/**
 * The shared-memory mapper: the controller writes contents through a mapping of its own, so only
 * addresses cross the line. Mirrors LLVM's {@code ExecutorSharedMemoryMapperService}.
 */
final class SharedMemoryService implements Service {
    private static final SpsCodec<List<ExecutorAddress>> ADDRESSES = SpsCodec.sequence(Sps.ADDRESS);

    private final Instance instance;

    SharedMemoryService(Instance instance) {
        this.instance = instance;
    }

    Answer reserve(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        long sizeBytes = in.readLong();
        try {
            GuestMemory.SharedMapping mapping = session.memory().reserveShared(sizeBytes);
            SharedReservation reservation =
                    new SharedReservation(mapping.range().start(), mapping.name());
            return Answer.now(Replies.expected(SharedReservation.CODEC, reservation));
        } catch (AllocationException e) {
            return Answer.now(Replies.unexpected(e.fullMessage()));
        }
    }

    /**
     * Serves a request to finalize segments. The segments tell their reservation, so the one that
     * the request names only has to be one of the session's.
     */
    Answer initialize(Session session, SpsReader in) throws ProtocolException {
        instance.read(in);
        ExecutorAddress reservation = in.readAddress();
        SharedMemoryFinalizeRequest request = SharedMemoryFinalizeRequest.CODEC.read(in);
        Finalization finalization = new Finalization(session, Finalization.Form.PART);
        try {
            if (!session.memory().reserves(reservation)) {
                return Answer.now(
                        Replies.unexpected(
                                "In initialize, "
                                        + reservation
                                        + " is not part of any reserved address range"));
            }
            add(request.segments(), finalization.allocation());
            return finalization.run(request.actions());
        } catch (AllocationException e) {
            return Answer.now(finalization.fail(e));
        }
    }

    private static void add(List<SegmentHeader> segments, InFlightAllocation allocation)
            throws AllocationException {
        for (SegmentHeader segment : segments) {
            allocation.addFilledSegment(segment.group(), segment.address(), segment.sizeBytes());
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

    /** Unlinks the memory that is left to guest code, because the process may be killed. */
    @Override
    public void onShutdown(Session session) {
        if (session.grace().callsLeft() > 0) {
            session.memory().unlinkShared();
        }
    }
}
