package dev.orcinus.executor.session;

import dev.orcinus.executor.transport.FrameWriter;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.LineException;
import dev.orcinus.protocol.MalformedFrameException;
import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes calls from the executor to the controller. Guest code waits on its own thread for the
 * result, which the thread delivers that reads the line. When the controller is gone, all waiting
 * and all later calls get an error. Thread-safe.
 */
final class Dispatcher {
    private final FrameWriter writer;
    private final AtomicLong nextSequence = new AtomicLong();
    private final ConcurrentMap<Long, CompletableFuture<WrapperFunctionResult>> waiting =
            new ConcurrentHashMap<>();
    private final Set<Long> nudges = ConcurrentHashMap.newKeySet();
    private volatile boolean disconnected;

    Dispatcher(FrameWriter writer) {
        this.writer = writer;
    }

    /**
     * Calls the controller's handler {@code tag}. The result is an error if it cannot be called.
     */
    CompletableFuture<WrapperFunctionResult> call(ExecutorAddress tag, MemorySegment arguments) {
        if (disconnected) {
            return failed("jit_dispatch not available (the session has ended)");
        }
        long sequence = nextSequence.getAndIncrement();
        CompletableFuture<WrapperFunctionResult> result = new CompletableFuture<>();
        waiting.put(sequence, result);
        if (disconnected) {
            disconnect();
        }
        byte[] payload = arguments.toArray(ValueLayout.JAVA_BYTE);
        try {
            writer.send(
                    new FrameHeader(payload.length, Opcode.CALL_WRAPPER, sequence, tag), payload);
        } catch (LineException e) {
            waiting.remove(sequence);
            return failed(e.getMessage());
        }
        return result;
    }

    private static CompletableFuture<WrapperFunctionResult> failed(String message) {
        return CompletableFuture.completedFuture(new WrapperFunctionResult.OutOfBandError(message));
    }

    /**
     * Delivers a result to the call that waits for it.
     *
     * @return false if it is the result of a nudge, for which nobody waits
     * @throws MalformedFrameException if nobody waits for it, or its kind is unknown
     */
    boolean complete(FrameHeader header, SpsReader payload) throws ProtocolException {
        requireKnownKind(header);
        if (nudges.remove(header.sequence())) {
            return false;
        }
        CompletableFuture<WrapperFunctionResult> result = waiting.get(header.sequence());
        if (result == null) {
            throw new MalformedFrameException(
                    "No call for sequence number " + Long.toUnsignedString(header.sequence()));
        }
        result.complete(
                header.tag().isNull()
                        ? WrapperFunctionResult.of(payload.readRest())
                        : errorIn(payload));
        waiting.remove(header.sequence());
        return true;
    }

    private static void requireKnownKind(FrameHeader header) throws MalformedFrameException {
        if (!header.tag().isNull() && !header.tag().equals(FrameHeader.OUT_OF_BAND_ERROR)) {
            throw new MalformedFrameException("Unexpected TagAddr in result message: " + header);
        }
    }

    /**
     * Returns the error of a controller of LLVM 24; one without a readable text is an error, too.
     */
    private static WrapperFunctionResult errorIn(SpsReader payload) throws ProtocolException {
        try {
            return new WrapperFunctionResult.OutOfBandError(payload.readString());
        } catch (MalformedSpsException e) {
            return new WrapperFunctionResult.OutOfBandError(
                    "an error whose text cannot be decoded: " + e.getMessage());
        }
    }

    /**
     * Calls a handler that does not exist, so that the controller reads from its line once. The
     * result is ignored.
     */
    void nudge(ExecutorAddress noHandler) throws LineException {
        long sequence = nextSequence.getAndIncrement();
        nudges.add(sequence);
        writer.send(new FrameHeader(0, Opcode.CALL_WRAPPER, sequence, noHandler), new byte[0]);
    }

    /** Returns whether the controller has not answered a nudge yet. */
    boolean hasUnansweredNudge() {
        return !nudges.isEmpty();
    }

    /** Returns whether guest code waits for the controller. */
    boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** Ends all waiting calls with an error, after the line has ended. */
    void disconnect() {
        disconnected = true;
        for (Long sequence : waiting.keySet()) {
            CompletableFuture<WrapperFunctionResult> result = waiting.remove(sequence);
            if (result != null) {
                result.complete(new WrapperFunctionResult.OutOfBandError("disconnecting"));
            }
        }
    }
}
