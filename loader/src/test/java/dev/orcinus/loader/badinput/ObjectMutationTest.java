package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each field of valid objects gets misleading values. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ObjectMutationTest {
    private static final int RANDOM_INPUTS = 5_000;
    private static final String RICH = "loader/src/test/resources/dev/orcinus/loader/rich.o";
    private static final String EXCEPTIONS = "tests/fixtures/exceptions.o";
    private static final String THREAD_LOCALS = "tests/fixtures/tls/models-descriptors.o";

    private static final String RICH_MACH_O =
            "loader/src/test/resources/dev/orcinus/loader/rich-macho.o";
    private static final String MACH_O_EXCEPTIONS = "tests/fixtures/macho/exceptions.o";

    private static byte[] read(String file) throws IOException {
        return Files.readAllBytes(Path.of(System.getProperty("orcinus.root"), file));
    }

    @Test
    void theObjectsAreValid() throws IOException {
        Attempt attempt = new Attempt();
        attempt.on(read(RICH), RICH);
        attempt.on(read(EXCEPTIONS), EXCEPTIONS);
        attempt.on(read(THREAD_LOCALS), THREAD_LOCALS);
        attempt.on(read(RICH_MACH_O), RICH_MACH_O);
        attempt.on(read(MACH_O_EXCEPTIONS), MACH_O_EXCEPTIONS);
        assertTrue(attempt.linked() == 5 && attempt.refused() == 0, "linked " + attempt.linked());
    }

    @ParameterizedTest
    @ValueSource(strings = {RICH, EXCEPTIONS, THREAD_LOCALS, RICH_MACH_O, MACH_O_EXCEPTIONS})
    void aFieldThatLiesIsHarmless(String file) throws IOException {
        byte[] valid = read(file);
        Attempt attempt = new Attempt();
        for (Fields.Field field : Fields.of(valid)) {
            for (long value : values(field, get(valid, field), valid.length)) {
                byte[] input = valid.clone();
                set(input, field, value);
                String name = field.name() + " at 0x" + Integer.toHexString(field.offset());
                attempt.on(input, name + " = 0x" + Long.toHexString(value));
            }
        }
        assertTrue(attempt.refused() > 1000, attempt.refused() + " inputs were refused");
        assertTrue(attempt.linked() > 1000, attempt.linked() + " inputs were linked");
    }

    @ParameterizedTest
    @ValueSource(strings = {RICH, EXCEPTIONS, THREAD_LOCALS, RICH_MACH_O, MACH_O_EXCEPTIONS})
    void anObjectThatEndsEarlyIsRefused(String file) throws IOException {
        byte[] valid = read(file);
        Attempt attempt = new Attempt();
        for (int length = 0; length < valid.length; length++) {
            attempt.on(Arrays.copyOf(valid, length), file + " of " + length + " bytes");
        }
        assertTrue(attempt.linked() == 0, "tables are at the end of the file");
    }

    @ParameterizedTest
    @ValueSource(strings = {RICH, EXCEPTIONS, THREAD_LOCALS, RICH_MACH_O, MACH_O_EXCEPTIONS})
    void randomChangesAreHarmless(String file) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] valid = read(file);
        Attempt attempt = new Attempt();
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            byte[] input = valid.clone();
            for (int changes = random.nextInt(1, 9); changes > 0; changes--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            attempt.on(input, "input " + i + " of seed " + seed);
        }
        assertTrue(attempt.linked() > 0 && attempt.refused() > 0, "a mixture");
    }

    private static Set<Long> values(Fields.Field field, long before, int length) {
        Set<Long> values =
                new LinkedHashSet<>(
                        Arrays.asList(
                                0L,
                                1L,
                                2L,
                                3L,
                                before + 1,
                                before - 1,
                                -before,
                                before << 8,
                                (long) length,
                                length + 1L,
                                length - 1L,
                                0x7fL,
                                0x80L,
                                0xffL,
                                0x7fffL,
                                0xff00L,
                                0xfff1L,
                                0xfff2L,
                                0xffffL,
                                1L << 31,
                                (1L << 31) - 1,
                                (1L << 31) - 4,
                                (1L << 32) - 1,
                                1L << 40,
                                1L << 62,
                                Long.MAX_VALUE,
                                Long.MIN_VALUE,
                                -1L,
                                -8L));
        if (field.isNumbered()) {
            for (long number = 4; number < 64; number++) {
                values.add(number);
            }
        }
        values.remove(before);
        return values;
    }

    private static long get(byte[] bytes, Fields.Field field) {
        long value = 0;
        for (int i = Math.min(8, field.sizeBytes()) - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[field.offset() + i] & 0xff);
        }
        return value;
    }

    private static void set(byte[] bytes, Fields.Field field, long value) {
        for (int i = 0; i < field.sizeBytes(); i++) {
            bytes[field.offset() + i] = (byte) (i < 8 ? value >>> (8 * i) : 0);
        }
    }
}
