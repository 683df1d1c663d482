package dev.orcinus.executor.session;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.protocol.sps.Expected;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import java.util.Optional;

/** Creates results in the forms that LLVM's wrapper functions have. */
public final class Replies {
    private static final WrapperFunctionResult SUCCESS =
            WrapperFunctionResult.of(Sps.ERROR.encode(Optional.empty()));

    private Replies() {}

    /** Returns an {@code SPSError} without an error. */
    public static WrapperFunctionResult success() {
        return SUCCESS;
    }

    /** Returns an {@code SPSError} with an error. */
    public static WrapperFunctionResult error(String message) {
        return WrapperFunctionResult.of(Sps.ERROR.encode(Optional.of(message)));
    }

    /** Returns an {@code SPSExpected<T>} with a value. */
    public static <T> WrapperFunctionResult expected(SpsCodec<T> codec, T value) {
        return WrapperFunctionResult.of(
                SpsCodec.expected(codec).encode(new Expected.Value<>(value)));
    }

    /** Returns an {@code SPSExpected<T>} with an error. */
    public static WrapperFunctionResult unexpected(String message) {
        return WrapperFunctionResult.of(
                SpsCodec.expected(Sps.BOOL).encode(new Expected.Failure<>(message)));
    }

    /** Runs work that may fail and returns its outcome as {@code SPSError}. */
    public static WrapperFunctionResult errorOf(MemoryWork work) {
        try {
            work.run();
            return SUCCESS;
        } catch (AllocationException e) {
            return error(e.fullMessage());
        }
    }

    /** Work on executor memory. */
    @FunctionalInterface
    public interface MemoryWork {
        /** Does the work. */
        void run() throws AllocationException;
    }
}
