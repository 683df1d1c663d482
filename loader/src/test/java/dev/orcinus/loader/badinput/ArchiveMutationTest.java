package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each field of archives' headers and indices gets misleading values. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ArchiveMutationTest {
    private static final int RANDOM_INPUTS = 3_000;
    private static final int MAGIC_BYTES = 8;
    private static final int HEADER_BYTES = 60;
    private static final int[] FIELDS = {0, 16, 28, 34, 40, 48, 58, 60};
    private static final byte[] END = {'`', '\n'};

    private static final List<String> TEXTS =
            List.of(
                    "",
                    "0",
                    "1",
                    "-1",
                    "59",
                    "60",
                    "61",
                    "/",
                    "//",
                    "/0",
                    "/9999999999",
                    "/-1",
                    "/SYM64/",
                    "#1/0",
                    "#1/4",
                    "#1/9999999999",
                    "#1/-4",
                    "__.SYMDEF",
                    "__.SYMDEF SORTED",
                    "__.SYMDEF_64",
                    "9999999999",
                    "2147483647",
                    "4294967295",
                    "x",
                    "`\n",
                    "\0\0",
                    "/0:60",
                    "+5",
                    "1 2");

    private static byte[] read(String name) throws IOException {
        return Files.readAllBytes(
                Path.of(
                        System.getProperty("orcinus.root"),
                        "loader/src/test/resources/dev/orcinus/loader/archives",
                        name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu.a", "bsd.a", "sym64.a", "thin.a", "noindex.a"})
    void aHeaderThatLiesIsHarmless(String name) throws IOException {
        byte[] valid = read(name);
        Attempt attempt = new Attempt();
        for (int header = MAGIC_BYTES; header + HEADER_BYTES <= valid.length; header += 2) {
            int end = header + HEADER_BYTES;
            if (!Arrays.equals(valid, end - 2, end, END, 0, 2)) {
                continue;
            }
            for (int field = 0; field < FIELDS.length - 1; field++) {
                for (String text : TEXTS) {
                    byte[] input = valid.clone();
                    write(input, header + FIELDS[field], header + FIELDS[field + 1], text);
                    attempt.on(input, name + ": field " + field + " of " + header + " = " + text);
                }
            }
        }
        assertTrue(attempt.refused() > 100, attempt.refused() + " inputs were refused");
    }

    private static void write(byte[] input, int start, int end, String text) {
        byte[] field = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = start; i < end; i++) {
            input[i] = i - start < field.length ? field[i - start] : (byte) ' ';
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu.a", "bsd.a", "sym64.a"})
    void anIndexThatLiesIsHarmless(String name) throws IOException {
        byte[] valid = read(name);
        Attempt attempt = new Attempt();
        for (int at = MAGIC_BYTES + HEADER_BYTES; at < MAGIC_BYTES + HEADER_BYTES + 120; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                byte[] input = valid.clone();
                input[at] = (byte) value;
                attempt.on(input, name + ": byte " + at + " = " + value);
            }
        }
        assertTrue(attempt.refused() > 0, attempt.refused() + " inputs were refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu.a", "bsd.a", "thin.a", "noindex.a"})
    void anArchiveThatEndsEarlyIsHarmless(String name) throws IOException {
        byte[] valid = read(name);
        Attempt attempt = new Attempt();
        for (int length = 0; length < valid.length; length++) {
            attempt.on(Arrays.copyOf(valid, length), name + " of " + length + " bytes");
        }
        assertTrue(attempt.refused() > 100, attempt.refused() + " inputs were refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gnu.a", "bsd.a", "noindex.a"})
    void randomChangesAreHarmless(String name) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] valid = read(name);
        Attempt attempt = new Attempt();
        for (int i = 0; i < RANDOM_INPUTS; i++) {
            byte[] input = valid.clone();
            for (int changes = random.nextInt(1, 9); changes > 0; changes--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt();
            }
            attempt.on(input, name + ": input " + i + " of seed " + seed);
        }
        assertTrue(attempt.refused() > 0, attempt.refused() + " inputs were refused");
    }
}
