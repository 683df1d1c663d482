package dev.orcinus.protocol.sps;

/**
 * A value, or the message of the error that there is instead. Mirrors LLVM's {@code Expected<T>} as
 * SPS carries it.
 *
 * @param <T> the type of the value
 */
public sealed interface Expected<T> {
    /**
     * Success.
     *
     * @param value the value
     */
    record Value<T>(T value) implements Expected<T> {}

    /**
     * Failure.
     *
     * @param message LLVM's error message
     */
    record Failure<T>(String message) implements Expected<T> {}
}
