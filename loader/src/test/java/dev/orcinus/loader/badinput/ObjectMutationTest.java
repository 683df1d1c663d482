package dev.orcinus.loader.badinput;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each field of valid objects gets misleading values. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ObjectMutationTest {
    private static final int RANDOM_INPUTS = 5_000;
    private static final String RICH = "loader/src/test/resources/dev/orcinus/loader/rich.o";
    private static final String EXCEPTIONS = "tests/fixtures/exceptions.o";
    private static final String THREAD_LOCALS = "tests/fixtures/tls/models-descriptors.o";
    private static final String AARCH64 = "tests/fixtures/aarch64/";
    private static final String CALLS = AARCH64 + "calls.small.o";
    private static final String CATCHER = AARCH64 + "catcher.o";
    private static final String DESCRIPTORS = AARCH64 + "threadlocals.descriptor.o";

    private static final String MACH_O = "loader/src/test/resources/dev/orcinus/loader/macho/";
    private static final String MACH_O_EXCEPTIONS = "tests/fixtures/macho/exceptions.o";
    private static final String MACH_O_X64 = MACH_O + "rich-x86_64.o";
    private static final String MACH_O_ARM64 = MACH_O + "rich-arm64.o";

    static List<String> objects() {
        return List.of(
                RICH,
                EXCEPTIONS,
                THREAD_LOCALS,
                CALLS,
                CATCHER,
                DESCRIPTORS,
                MACH_O_EXCEPTIONS,
                MACH_O_X64,
                MACH_O_ARM64);
    }

    private static Attempt attempt(String file) {
        boolean isForAArch64 = file.startsWith(AARCH64) || file.equals(MACH_O_ARM64);
        return new Attempt(isForAArch64 ? "aarch64" : "x86_64");
    }

    private static List<ObjectField> fields(byte[] object) {
        return FileKind.of(MemorySegment.ofArray(object)) == FileKind.ELF
                ? ElfFields.of(object)
                : MachOFields.of(object);
    }

    @ParameterizedTest
    @MethodSource("objects")
    void theObjectIsValid(String file) throws IOException {
        Attempt attempt = attempt(file);
        attempt.on(Mutations.read(file), file);
        assertEquals(1, attempt.linked());
    }

    @ParameterizedTest
    @MethodSource("objects")
    void aFieldThatLiesIsHarmless(String file) throws IOException {
        byte[] valid = Mutations.read(file);
        Attempt attempt = attempt(file);
        new Mutations(valid, file, attempt).ofFields(fields(valid));
        assertTrue(attempt.refused() > 1000, attempt.refused() + " inputs were refused");
        assertTrue(attempt.linked() > 1000, attempt.linked() + " inputs were linked");
    }

    @ParameterizedTest
    @MethodSource("objects")
    void anObjectThatEndsEarlyIsRefused(String file) throws IOException {
        Attempt attempt = attempt(file);
        new Mutations(Mutations.read(file), file, attempt).ofLength();
        assertEquals(0, attempt.linked(), "tables are at the end of the file");
    }

    @ParameterizedTest
    @MethodSource("objects")
    void randomChangesAreHarmless(String file) throws IOException {
        Attempt attempt = attempt(file);
        new Mutations(Mutations.read(file), file, attempt).atRandom(RANDOM_INPUTS);
        assertTrue(attempt.linked() > 0 && attempt.refused() > 0, "a mixture");
    }
}
