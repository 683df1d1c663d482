package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a {@link Jit} that has been closed leaves nothing in this process. */
@Timeout(600)
final class ManyJitsTest {
    private static final Path SELF = Path.of("/proc/self");

    /** So many rounds pass before the process is looked at: the JVM takes memory of its own. */
    private static final int WARM_UP = 30;

    private static final int ROUNDS = Integer.getInteger("orcinus.rounds", 200);

    /** How many more mappings the JVM itself may have after the rounds. */
    private static final int SLACK = 20;

    private static final String CODE =
            """
            #include <stdexcept>
            struct Counted { Counted() { ++count; } ~Counted() { --count; } static int count; };
            int Counted::count;
            static Counted counted;
            thread_local int of_thread = 3;
            extern "C" int answer() {
                try {
                    throw std::runtime_error("caught");
                } catch (std::exception &) {
                    return 38 + of_thread + Counted::count;
                }
            }
            """;

    @TempDir private Path folder;

    /** The object has debug info, thread-locals, a constructor, a destructor and unwind info. */
    @Test
    void descriptorsAndMappingsStayFlat() throws Exception {
        assumeTrue(Files.isDirectory(SELF), "no /proc: descriptors cannot be counted");
        Path object = CompiledObject.compile(folder, "many", CODE);
        for (int i = 0; i < WARM_UP; i++) {
            use(object);
        }
        long descriptors = descriptors();
        long mappings = mappings();
        for (int i = 0; i < ROUNDS; i++) {
            use(object);
        }
        assertEquals(descriptors, descriptors(), "descriptors after " + ROUNDS + " rounds");
        long more = mappings() - mappings;
        assertTrue(more < SLACK, more + " more mappings after " + ROUNDS + " rounds");
    }

    private static void use(Path object) throws IOException {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("many");
            dylib.add(object);
            assertEquals(42, JitFixture.call(dylib, "answer"));
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
            return files.count();
        }
    }

    private static long mappings() throws IOException {
        return Files.readString(SELF.resolve("maps"), StandardCharsets.ISO_8859_1).lines().count();
    }
}
