package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.IsolatedDylib;
import dev.orcinus.jit.IsolatedJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.bind.ByReference;
import dev.orcinus.jit.bind.InOut;
import dev.orcinus.jit.bind.Symbol;
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

    /** Calls that copy arguments, and callbacks, have memory that both processes map. */
    @Test
    void bindingsOfOneDylibShareMemory() throws Exception {
        assumeTrue(Files.isDirectory(SELF), "no /proc: mappings cannot be counted");
        try (IsolatedJit jit = Jit.isolated()) {
            IsolatedDylib dylib = jit.createDylib("bound");
            dylib.add(CompiledObject.compile(folder, "bound", "extern \"C\" void none() {}"));
            sortTwo(dylib);
            long mappings = mappings();
            for (int i = 0; i < ROUNDS; i++) {
                sortTwo(dylib);
            }
            long more = mappings() - mappings;
            assertTrue(more < SLACK, more + " more mappings after " + ROUNDS + " bindings");
        }
    }

    /** A function of the C library. */
    interface Sorting {
        @Symbol("qsort")
        void sort(@InOut int[] numbers, long count, long size, Order order);

        /** A comparator of C. */
        @FunctionalInterface
        interface Order {
            int compare(@ByReference int a, @ByReference int b);
        }
    }

    private static void sortTwo(IsolatedDylib dylib) {
        int[] numbers = {2, 1};
        dylib.bind(Sorting.class).sort(numbers, 2, Integer.BYTES, Integer::compare);
        assertArrayEquals(new int[] {1, 2}, numbers);
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
