package dev.orcinus.platform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The result of a wrapper function: bytes, or an error that could not be put into bytes. Mirrors
 * LLVM's {@code orc::shared::WrapperFunctionResult} ({@code WrapperFunctionBuffer} from LLVM 23
 * on).
 */
public sealed interface WrapperFunctionResult {
    /** The empty result; a peer gets it for an out-of-band error as well. */
    Value EMPTY = new Value(new byte[0]);

    /** Returns the bytes that go over the wire; none for an out-of-band error. */
    byte[] wireBytes();

    /** Returns a result that consists of {@code bytes}. */
    static Value of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Value(bytes);
    }

    /**
     * Serialized return values.
     *
     * @param bytes the SPS bytes; owned by the record, not to be changed
     */
    @SuppressWarnings("ArrayRecordComponent") // the codec's own buffer; compared by content below
    record Value(byte[] bytes) implements WrapperFunctionResult {
        @Override
        public byte[] wireBytes() {
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return bytes.length
                    + " bytes "
                    + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 32));
        }
    }

    /**
     * An error outside of the serialized values: undecodable arguments, no handler, a connection
     * that is gone. Its text goes over the wire from LLVM 24 on only.
     *
     * @param message what went wrong
     */
    record OutOfBandError(String message) implements WrapperFunctionResult {
        @Override
        public byte[] wireBytes() {
            return EMPTY.bytes;
        }

        /** Returns the message as the NUL-terminated text that the C ABI carries. */
        public byte[] toCString() {
            return (message.replace('\0', ' ') + '\0').getBytes(StandardCharsets.UTF_8);
        }
    }
}
