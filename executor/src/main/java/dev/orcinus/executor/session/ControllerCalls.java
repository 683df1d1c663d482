package dev.orcinus.executor.session;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.runtime.guest.Checkpoints;
import dev.orcinus.runtime.guest.GuestThreads;
import java.util.concurrent.RejectedExecutionException;

/**
 * Serves the calls that arrive over a session's line. Work that cannot block is done by the thread
 * that reads; other work is done on the kind of thread that it needs.
 */
final class ControllerCalls implements ControllerLine.Handler {
    private static final long LARGEST_CALL_BYTES = 64L << 20;

    private final Session session;
    private final WrapperCalls functions;
    private final GuestThreads threads;
    private final ArgumentBudget arguments;

    /**
     * Serves the calls of a session.
     *
     * @param argumentBytes how many bytes the arguments of all calls that run may have
     */
    ControllerCalls(Session session, WrapperCalls functions, long argumentBytes) {
        this.arguments = new ArgumentBudget(argumentBytes);
        this.session = session;
        this.functions = functions;
        this.threads = session.guest().threads();
    }

    /**
     * Allows a frame to be as large as the reserved memory, which it may fill, and some arguments.
     */
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
    public void serve(
            ExecutorAddress function,
            SpsReader payload,
            ControllerLine.Reply reply,
            CallReader reader)
            throws ProtocolException {
        payload.limitObjects(arguments.mostBytes());
        Answer answer = begin(function, payload);
        if (answer.place() == Answer.Place.HERE) {
            reply.hold(answer.work().run());
        } else if (arguments.take(payload.objectBytes())) {
            start(answer, payload.objectBytes(), reply, reader);
        } else {
            reply.hold(session.outOfBand(arguments.refusal(payload.objectBytes())));
        }
    }

    private Answer begin(ExecutorAddress function, SpsReader arguments) throws ProtocolException {
        Checkpoints checkpoints = session.guest().checkpoints();
        checkpoints.enter();
        try {
            return functions.begin(function, arguments);
        } finally {
            checkpoints.leave();
        }
    }

    /** Starts work on the thread that has read the call, or on another one. */
    private void start(
            Answer answer, long argumentBytes, ControllerLine.Reply reply, CallReader reader)
            throws LineException {
        try {
            reader.start(
                    answer,
                    threads,
                    (result, bug) -> {
                        arguments.giveBack(argumentBytes);
                        send(reply, result, bug);
                    });
        } catch (RejectedExecutionException e) {
            arguments.giveBack(argumentBytes);
            reply.send(session.outOfBand(e.getMessage())); // another thread may read the line now
        }
    }

    /** Sends a result, unless the guest has ended the session: then the line tells it. */
    private void send(ControllerLine.Reply reply, WrapperFunctionResult result, Throwable bug) {
        if (!session.endsWithGuest()) {
            reply.send(bug == null ? result : session.failed(bug));
        }
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
