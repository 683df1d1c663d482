package dev.orcinus.executor.session;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.GuestThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * The calls that arrive over a session's line: what cannot block is done on the reader thread, and
 * the rest on the thread that it needs.
 */
final class ControllerCalls implements Line.Handler {
    private static final long LARGEST_CALL_BYTES = 64L << 20;

    private final Session session;
    private final WrapperCalls functions;
    private final GuestThreads threads;

    ControllerCalls(Session session, WrapperCalls functions) {
        this.session = session;
        this.functions = functions;
        this.threads = session.guest().threads();
    }

    /** A frame can be as large as what it fills; all others are calls with arguments. */
    @Override
    public void requireServable(FrameHeader header) throws MalformedFrameException {
        if (header.payloadBytes() <= LARGEST_CALL_BYTES) {
            return;
        }
        long reservedBytes = session.memory().usage().reservedBytes();
        if (header.payloadBytes() - LARGEST_CALL_BYTES > reservedBytes) {
            throw new MalformedFrameException(
                    "Message size too large: a payload of "
                            + header.payloadBytes()
                            + " bytes, with "
                            + reservedBytes
                            + " bytes reserved; the limit is "
                            + LARGEST_CALL_BYTES
                            + " bytes more than that");
        }
    }

    @Override
    public void serve(ExecutorAddress function, SpsReader arguments, Line.Reply reply)
            throws ProtocolException {
        Answer answer = functions.begin(function, arguments);
        switch (answer.place()) {
            case HERE -> reply.hold(answer.work().run());
            case GUEST_THREAD -> start(answer.work(), threads::run, reply);
            case ASIDE -> start(answer.work(), threads::runAside, reply);
        }
    }

    /**
     * The result is sent when the thread is idle again: a release that follows it retires idle
     * threads.
     */
    private void start(Answer.Work work, Threads place, Line.Reply reply) throws LineException {
        try {
            var _ =
                    place.run(work::run)
                            .whenComplete((result, bug) -> reply.send(resultOf(result, bug)));
        } catch (RejectedExecutionException e) {
            reply.hold(session.outOfBand(e.getMessage()));
        }
    }

    private WrapperFunctionResult resultOf(WrapperFunctionResult result, Throwable bug) {
        return bug == null ? result : session.outOfBand("internal error: " + bug);
    }

    /** The threads that work is run on. */
    @FunctionalInterface
    private interface Threads {
        CompletableFuture<WrapperFunctionResult> run(Supplier<WrapperFunctionResult> work);
    }

    @Override
    public Activity activity() {
        if (threads.running() > 0) {
            return Activity.BUSY;
        }
        MemoryManager memory = session.memory();
        boolean left = memory.hasAllocated() && memory.usage().allocationCount() == 0;
        return left ? Activity.EMPTY : Activity.HOLDING;
    }
}
