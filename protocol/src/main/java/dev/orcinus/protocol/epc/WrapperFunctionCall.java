package dev.orcinus.protocol.epc;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.protocol.sps.SpsCodec;
import java.util.Arrays;

/**
 * A call of a wrapper function with its serialized arguments. Mirrors LLVM's {@code
 * shared::WrapperFunctionCall}.
 *
 * @param function the wrapper function; address zero for "no call"
 * @param arguments its SPS arguments; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // wire bytes; compared by content below
public record WrapperFunctionCall(ExecutorAddress function, byte[] arguments) {
    /** No call. */
    public static final WrapperFunctionCall NONE =
            new WrapperFunctionCall(ExecutorAddress.NULL, new byte[0]);

    /** {@code SPSWrapperFunctionCall}. */
    public static final SpsCodec<WrapperFunctionCall> CODEC =
            SpsCodec.pair(
                    Sps.ADDRESS,
                    Sps.BLOB,
                    WrapperFunctionCall::new,
                    WrapperFunctionCall::function,
                    WrapperFunctionCall::arguments);

    /** Returns whether this is no call. */
    public boolean isNone() {
        return function.isNull();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WrapperFunctionCall that
                && function.equals(that.function)
                && Arrays.equals(arguments, that.arguments);
    }

    @Override
    public int hashCode() {
        return 31 * function.hashCode() + Arrays.hashCode(arguments);
    }

    @Override
    public String toString() {
        return function + "(" + arguments.length + " bytes)";
    }
}
