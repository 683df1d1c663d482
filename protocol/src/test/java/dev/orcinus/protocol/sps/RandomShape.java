package dev.orcinus.protocol.sps;

import dev.orcinus.platform.ExecutorAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * A random SPS type with its values, nested up to a depth.
 *
 * @param codec the codec of the type
 * @param values makes a random value
 * @param <T> the Java type
 */
record RandomShape<T>(SpsCodec<T> codec, Function<Random, T> values) {
    private static final SpsCodec<ByteBuffer> BLOB =
            SpsCodec.of(
                    Long.BYTES,
                    in -> ByteBuffer.wrap(in.readBlob()),
                    (out, blob) -> out.writeBlob(blob.array()));

    private static final List<RandomShape<?>> LEAVES =
            List.of(
                    new RandomShape<>(Sps.BOOL, Random::nextBoolean),
                    new RandomShape<>(Sps.UINT8, random -> (byte) random.nextInt()),
                    new RandomShape<>(Sps.UINT16, random -> (short) random.nextInt()),
                    new RandomShape<>(Sps.UINT32, Random::nextInt),
                    new RandomShape<>(Sps.UINT64, Random::nextLong),
                    new RandomShape<>(
                            Sps.ADDRESS, random -> new ExecutorAddress(random.nextLong())),
                    new RandomShape<>(Sps.STRING, RandomShape::text),
                    new RandomShape<>(BLOB, RandomShape::blob),
                    new RandomShape<>(
                            Sps.ERROR,
                            random ->
                                    random.nextBoolean()
                                            ? Optional.empty()
                                            : Optional.of(text(random))));

    static RandomShape<?> of(Random random, int depth) {
        if (depth == 0) {
            return LEAVES.get(random.nextInt(LEAVES.size()));
        }
        RandomShape<?> inner = of(random, depth - 1);
        return switch (random.nextInt(5)) {
            case 0 -> inner.listed();
            case 1 -> inner.optional();
            case 2 -> inner.expected();
            case 3 -> inner.mapped();
            default -> inner.with(of(random, random.nextInt(depth)));
        };
    }

    private RandomShape<List<T>> listed() {
        return new RandomShape<>(
                SpsCodec.sequence(codec),
                random -> {
                    List<T> list = new ArrayList<>();
                    for (int i = random.nextInt(5); i > 0; i--) {
                        list.add(values.apply(random));
                    }
                    return list;
                });
    }

    private RandomShape<Optional<T>> optional() {
        return new RandomShape<>(
                SpsCodec.optional(codec),
                random ->
                        random.nextInt(4) == 0
                                ? Optional.empty()
                                : Optional.of(values.apply(random)));
    }

    private RandomShape<Expected<T>> expected() {
        return new RandomShape<>(
                SpsCodec.expected(codec),
                random ->
                        random.nextInt(4) == 0
                                ? new Expected.Failure<>(text(random))
                                : new Expected.Value<>(values.apply(random)));
    }

    private RandomShape<Map<String, T>> mapped() {
        return new RandomShape<>(
                SpsCodec.mapOf(codec),
                random -> {
                    Map<String, T> map = new LinkedHashMap<>();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        map.put(text(random) + i, values.apply(random));
                    }
                    return map;
                });
    }

    private <U> RandomShape<Map.Entry<T, U>> with(RandomShape<U> second) {
        return new RandomShape<>(
                SpsCodec.pair(
                        codec, second.codec, Map::entry, Map.Entry::getKey, Map.Entry::getValue),
                random -> Map.entry(values.apply(random), second.values.apply(random)));
    }

    private static String text(Random random) {
        return "\u00e9 main \ud83d\ude00".substring(0, random.nextInt(7)).repeat(random.nextInt(4));
    }

    private static ByteBuffer blob(Random random) {
        byte[] bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }
}
