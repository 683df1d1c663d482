package dev.orcinus.loader.targets.remote;

import dev.orcinus.loader.TargetException;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import dev.orcinus.protocol.sps.SpsReader;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A call of an executor function that has been sent. A wait for it ends with the result or with the
 * line, but has no time limit, because the call may run guest code.
 *
 * @param what the executor and the request, for messages
 * @param result the bytes of the result
 */
record RemoteCall(String what, CompletableFuture<byte[]> result) {

    /** Returns the same call, whose result becomes visible only after {@code action} has run. */
    RemoteCall whenDone(Runnable action) {
        return new RemoteCall(what, result.whenComplete((_, _) -> action.run()));
    }

    /** Waits for a plain value, and returns it. */
    <T> T value(SpsCodec<T> codec) {
        return decode(codec, uninterrupted());
    }

    /** Waits for a plain value, and returns it. An interrupt ends the wait, but not the call. */
    <T> T interruptibleValue(SpsCodec<T> codec) {
        try {
            return decode(codec, get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("interrupted while waiting for the result", e);
        }
    }

    /** Waits for an {@code SPSExpected}, and returns its value. */
    <T> T expected(SpsCodec<T> codec) {
        return switch (value(SpsCodec.expected(codec))) {
            case Expected.Value<T>(T value) -> value;
            case Expected.Failure<T>(String message) -> throw failure(message, null);
        };
    }

    /** Waits for an {@code SPSError}, and throws it unless it is a success. */
    void success() {
        Optional<String> error = value(Sps.ERROR);
        if (error.isPresent()) {
            throw failure(error.get(), null);
        }
    }

    /** Returns an exception for a failure of this call. */
    TargetException failure(String problem, Throwable cause) {
        return new TargetException(what + ": " + problem, cause);
    }

    private <T> T decode(SpsCodec<T> codec, byte[] bytes) {
        if (bytes.length == 0) {
            throw failure("the executor reported an error without a text", null);
        }
        try {
            return codec.read(new SpsReader(MemorySegment.ofArray(bytes)));
        } catch (ProtocolException e) {
            throw failure("the result cannot be decoded: " + e.getMessage(), e);
        }
    }

    private byte[] get() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String message = what + ": " + cause.getMessage();
            throw cause instanceof LineEndedException end
                    ? new TargetException(message, end, end.exitStatus())
                    : new TargetException(message, cause);
        }
    }

    private byte[] uninterrupted() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
