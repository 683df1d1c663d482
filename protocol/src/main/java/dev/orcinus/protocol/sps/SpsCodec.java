package dev.orcinus.protocol.sps;

import dev.orcinus.protocol.MalformedSpsException;
import dev.orcinus.protocol.ProtocolException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The reader and writer of one SPS type. Codecs combine as SPS types do; a message record holds the
 * codec of its type. Mirrors LLVM's {@code SPSSerializationTraits}.
 *
 * @param <T> the Java type of the values
 */
public interface SpsCodec<T> {
    /** Reads one value. */
    T read(SpsReader in) throws ProtocolException;

    /** Writes one value. */
    void write(SpsWriter out, T value);

    /**
     * Returns the least number of bytes that a value takes; at least 1, so that a count can be
     * checked against the data left.
     */
    int minimumBytes();

    /** Returns the bytes of one value. */
    default byte[] encode(T value) {
        SpsWriter out = new SpsWriter();
        write(out, value);
        return out.toBytes();
    }

    /** Returns a codec from its two directions. */
    static <T> SpsCodec<T> of(int minimumBytes, Decoder<T> decoder, Encoder<T> encoder) {
        return new SpsCodec<>() {
            @Override
            public T read(SpsReader in) throws ProtocolException {
                return decoder.read(in);
            }

            @Override
            public void write(SpsWriter out, T value) {
                encoder.write(out, value);
            }

            @Override
            public int minimumBytes() {
                return minimumBytes;
            }
        };
    }

    /** Returns the codec of {@code SPSSequence<T>}. */
    static <T> SpsCodec<List<T>> sequence(SpsCodec<T> element) {
        return of(
                Long.BYTES,
                in -> {
                    int count = in.readCount(element.minimumBytes());
                    List<T> values = new ArrayList<>(Math.min(count, SpsReader.TRUSTED_ELEMENTS));
                    for (int i = 0; i < count; i++) {
                        values.add(element.read(in));
                    }
                    return values;
                },
                (out, values) -> {
                    out.writeLong(values.size());
                    values.forEach(value -> element.write(out, value));
                });
    }

    /** Returns the codec of {@code SPSTuple<A, B>} as a record of two. */
    static <A, B, T> SpsCodec<T> pair(
            SpsCodec<A> first,
            SpsCodec<B> second,
            BiFunction<A, B, T> make,
            Function<T, A> getFirst,
            Function<T, B> getSecond) {
        return of(
                first.minimumBytes() + second.minimumBytes(),
                in -> make.apply(first.read(in), second.read(in)),
                (out, value) -> {
                    first.write(out, getFirst.apply(value));
                    second.write(out, getSecond.apply(value));
                });
    }

    /**
     * Returns the codec of {@code SPSMap<string, V>}; keys keep their order, and a second value for
     * a key is malformed.
     */
    static <V> SpsCodec<Map<String, V>> mapOf(SpsCodec<V> valueCodec) {
        SpsCodec<List<Map.Entry<String, V>>> entries =
                sequence(
                        pair(
                                Sps.STRING,
                                valueCodec,
                                Map::entry,
                                Map.Entry::getKey,
                                Map.Entry::getValue));
        return of(
                Long.BYTES,
                in -> {
                    long start = in.offset();
                    Map<String, V> map = new LinkedHashMap<>();
                    for (Map.Entry<String, V> entry : entries.read(in)) {
                        if (map.put(entry.getKey(), entry.getValue()) != null) {
                            throw new MalformedSpsException(
                                    start, "the key '" + entry.getKey() + "' occurs twice");
                        }
                    }
                    return map;
                },
                (out, map) -> entries.write(out, List.copyOf(map.entrySet())));
    }

    /** Returns the codec of {@code SPSOptional<T>}. */
    static <T> SpsCodec<Optional<T>> optional(SpsCodec<T> element) {
        return of(
                1,
                in -> in.readBoolean() ? Optional.of(element.read(in)) : Optional.empty(),
                (out, value) -> {
                    out.writeBoolean(value.isPresent());
                    value.ifPresent(present -> element.write(out, present));
                });
    }

    /** Returns the codec of {@code SPSExpected<T>}: a value or a message. */
    static <T> SpsCodec<Expected<T>> expected(SpsCodec<T> element) {
        return of(
                1,
                in ->
                        in.readBoolean()
                                ? new Expected.Value<>(element.read(in))
                                : new Expected.Failure<>(in.readString()),
                (out, expected) -> expected.write(out, element));
    }

    /** Reads one value. */
    @FunctionalInterface
    interface Decoder<T> {
        /** Reads one value. */
        T read(SpsReader in) throws ProtocolException;
    }

    /** Writes one value. */
    @FunctionalInterface
    interface Encoder<T> {
        /** Writes one value. */
        void write(SpsWriter out, T value);
    }
}
