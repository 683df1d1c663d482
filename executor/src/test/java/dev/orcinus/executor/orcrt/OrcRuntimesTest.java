package dev.orcinus.executor.orcrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.orcrt.core.EntryPoint;
import dev.orcinus.executor.orcrt.core.OrcRuntime;
import dev.orcinus.executor.orcrt.core.RuntimeArchive;
import dev.orcinus.executor.orcrt.core.Tag;
import dev.orcinus.platform.Triple;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OrcRuntimesTest {
    private static final Triple WINDOWS = new Triple("x86_64-pc-windows-msvc");

    private static OrcRuntime runtime(String triple) {
        return OrcRuntimes.of(new Triple(triple)).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x86_64-pc-linux-gnu",
                "aarch64-unknown-linux-gnu",
                "x86_64-apple-macosx13",
                "arm64-apple-macosx13"
            })
    void theArchiveIsThatOfTheFormatAndTheProcessor(String triple) {
        Triple target = new Triple(triple);
        assertArrayEquals(
                RuntimeArchive.write(runtime(triple), target.arch()), OrcRuntimes.archive(target));
    }

    @Test
    void aFormatWithoutARuntimeIsRefusedWithItsTriple() {
        assertEquals(Optional.empty(), OrcRuntimes.of(WINDOWS));
        UnsupportedOperationException refusal =
                assertThrows(
                        UnsupportedOperationException.class, () -> OrcRuntimes.archive(WINDOWS));
        assertTrue(refusal.getMessage().contains(WINDOWS.text()), refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x86_64-pc-linux-gnu", "x86_64-apple-macosx13"})
    void numbersArePlacesAndNamesAreUnique(String triple) {
        OrcRuntime runtime = runtime(triple);
        List<? extends EntryPoint> entryPoints = runtime.entryPoints();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < entryPoints.size(); i++) {
            EntryPoint entryPoint = entryPoints.get(i);
            assertEquals(i, entryPoint.number());
            assertTrue(entryPoint.symbol().isEmpty() || names.add(entryPoint.symbol()));
        }
        Tag.ALL.forEach(tag -> assertTrue(names.add(runtime.symbol(tag)), tag::name));
    }

    /** The archive's hand-written code calls these two by number. */
    @ParameterizedTest
    @ValueSource(strings = {"x86_64-pc-linux-gnu", "x86_64-apple-macosx13"})
    void theFirstTwoAreCFunctions(String triple) {
        List<? extends EntryPoint> entryPoints = runtime(triple).entryPoints();
        assertEquals(EntryPoint.Kind.FUNCTION, entryPoints.get(0).kind());
        assertEquals("", entryPoints.get(0).symbol());
        assertEquals(EntryPoint.Kind.FUNCTION, entryPoints.get(1).kind());
        assertEquals("__orc_rt_resolve", entryPoints.get(1).symbol());
    }
}
