package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.IndexedName;
import dev.orcinus.loader.input.ArchiveObjects;
import dev.orcinus.loader.input.MemberFiles;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
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

    private static final String FOLDER = "loader/src/test/resources/dev/orcinus/loader/";
    private static final String GNU = "archives/gnu.a";
    private static final String BSD = "archives/bsd.a";
    private static final String DARWIN = "archives/darwin.a";
    private static final String SYM64 = "archives/sym64.a";
    private static final String THIN = "archives/thin.a";
    private static final String NO_INDEX = "archives/noindex.a";
    private static final String MACHO = "macho/symdef.a";
    private static final String MACHO_SORTED = "macho/sorted.a";
    private static final String MACHO64 = "macho/symdef64.a";
    private static final String MACHO_NO_INDEX = "macho/noindex.a";

    private final Attempt attempt = new Attempt("x86_64");

    private static byte[] read(String name) throws IOException {
        return Mutations.read(FOLDER + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {MACHO, MACHO_SORTED, MACHO64})
    void theIndexIsRead(String name) throws IOException {
        ArchiveObjects archive =
                new ArchiveObjects(name, MemorySegment.ofArray(read(name)), MemberFiles.none());
        for (String symbol : List.of("_answer", "_part")) {
            assertEquals(
                    name + "(" + symbol.substring(1) + ".o)",
                    archive.take(IndexedName.of(symbol)).orElseThrow().name());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                GNU,
                BSD,
                DARWIN,
                SYM64,
                THIN,
                NO_INDEX,
                MACHO,
                MACHO_SORTED,
                MACHO64,
                MACHO_NO_INDEX
            })
    void aHeaderThatLiesIsHarmless(String name) throws IOException {
        byte[] valid = read(name);
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
    @ValueSource(strings = {GNU, BSD, DARWIN, SYM64, MACHO, MACHO_SORTED, MACHO64})
    void anIndexThatLiesIsHarmless(String name) throws IOException {
        byte[] valid = read(name);
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
    @ValueSource(strings = {GNU, BSD, THIN, NO_INDEX, MACHO, MACHO_SORTED, MACHO64})
    void anArchiveThatEndsEarlyIsHarmless(String name) throws IOException {
        new Mutations(read(name), name, attempt).ofLength();
        assertTrue(attempt.refused() > 100, attempt.refused() + " inputs were refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {GNU, BSD, NO_INDEX, MACHO, MACHO64, MACHO_NO_INDEX})
    void randomChangesAreHarmless(String name) throws IOException {
        new Mutations(read(name), name, attempt).atRandom(RANDOM_INPUTS);
        assertTrue(attempt.refused() > 0, attempt.refused() + " inputs were refused");
    }
}
