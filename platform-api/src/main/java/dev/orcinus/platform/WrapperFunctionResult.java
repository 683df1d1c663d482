package dev.orcinus.platform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What a wrapper function returns: bytes, or an error that could not be put into bytes. Mirrors
 * LLVM's {@code orc::shared::WrapperFunctionResult} ({@code WrapperFunctionBuffer} from LLVM 23
 * on).
 */
public sealed interface WrapperFunctionResult {
    /** The empty result, which is also all that a peer sees of an out-of-band error. */
    Value EMPTY = new Value(new byte[0]);

    /** What goes over the wire: the bytes; none for an out-of-band error. */
    byte[] wireBytes();

    /** A result of no bytes beyond {@code bytes}. */
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
     * An error outside of the serialized values: undecodable arguments, no handler, a line that is
     * gone. Over the wire its text is lost.
     *
     * @param message what went wrong
     */
    record OutOfBandError(String message) implements WrapperFunctionResult {
        @Override
        public byte[] wireBytes() {
            return EMPTY.bytes;
        }

        /** The message as the NUL-terminated text that the C ABI carries. */
        public byte[] toCString() {
            return (message.replace('\0', ' ') + '\0').getBytes(StandardCharsets.UTF_8);
        }
    }
}
