package dev.orcinus.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UnresolvedSymbolsExceptionTest {
    @Test
    void aFewAreAllNamed() {
        assertEquals(
                "nobody defines f (a.o, b.o, c.o, d.o, e.o)",
                new UnresolvedSymbolsException(
                                Map.of("f", List.of("a.o", "b.o", "c.o", "d.o", "e.o")))
                        .getMessage());
    }

    @Test
    void manyAreCounted() {
        Map<String, List<String>> missing = new TreeMap<>();
        List<String> objects = IntStream.range(0, 500).mapToObj(i -> i + ".o").toList();
        IntStream.range(100, 400).forEach(i -> missing.put("symbol" + i, objects));
        UnresolvedSymbolsException failure = new UnresolvedSymbolsException(missing);
        assertTrue(
                failure.getMessage()
                        .startsWith("nobody defines symbol100 (0.o, 1.o, 2.o, 3.o and 496 more), "),
                failure.getMessage());
        assertTrue(failure.getMessage().endsWith(" and 270 more symbols"), failure.getMessage());
        assertTrue(failure.getMessage().length() < 2000, failure.getMessage());
        assertEquals(500, failure.requesters().get("symbol399").size());
    }
}
