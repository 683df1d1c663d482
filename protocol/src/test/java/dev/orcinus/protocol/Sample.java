package dev.orcinus.protocol;

import dev.orcinus.protocol.sps.SpsCodec;

/**
 * A value, its codec, and its bytes on the wire.
 *
 * @param name for test reports
 * @param codec the codec of the value's type
 * @param value the value
 * @param fixture the bytes that LLVM sends for it, in the notation of {@link Wire}
 * @param <T> the type
 */
public record Sample<T>(String name, SpsCodec<T> codec, T value, String fixture) {
    /** Returns a sample. */
    public static <T> Sample<T> of(String name, SpsCodec<T> codec, T value, String fixture) {
        return new Sample<>(name, codec, value, fixture);
    }

    /** Returns the bytes on the wire, a copy each time. */
    public byte[] bytes() {
        return Wire.of(fixture);
    }

    @Override
    public String toString() {
        return name;
    }
}
