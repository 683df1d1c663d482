package dev.orcinus.protocol.sps;

/**
 * A value, or the message of an error. Mirrors LLVM's {@code Expected<T>} as SPS carries it.
 *
 * @param <T> the type of the value
 */
public sealed interface Expected<T> {
    /** Writes the flag, then the value or the message. */
    void write(SpsWriter out, SpsCodec<T> valueCodec);

    /**
     * Success.
     *
     * @param value the value
     */
    record Value<T>(T value) implements Expected<T> {
        @Override
        public void write(SpsWriter out, SpsCodec<T> valueCodec) {
            valueCodec.write(out.writeBoolean(true), value);
        }
    }

    /**
     * Failure.
     *
     * @param message LLVM's error message
     */
    record Failure<T>(String message) implements Expected<T> {
        @Override
        public void write(SpsWriter out, SpsCodec<T> valueCodec) {
            out.writeBoolean(false).writeString(message);
        }
    }
}
