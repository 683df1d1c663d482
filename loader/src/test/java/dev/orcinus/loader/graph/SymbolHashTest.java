package dev.orcinus.loader.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.format.elf.ElfFormat;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests that an object cannot choose names of symbols that make maps of symbols slow. */
final class SymbolHashTest {
    private static final int LETTERS = 10;

    /** Returns names whose texts have the same hash: "Aa" and "BB" have. */
    private static String name(int bits) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < LETTERS; i++) {
            name.append((bits >> i & 1) == 1 ? "Aa" : "BB");
        }
        return name.toString();
    }

    @Test
    void symbolsHaveDifferentHashesIfTheHashesOfTheirNamesAreEqual() {
        LinkGraph graph = new LinkGraph("test.o", new ElfFormat(), "x86_64");
        Set<Integer> names = new HashSet<>();
        Set<Integer> symbols = new HashSet<>();
        for (int bits = 0; bits < 1 << LETTERS; bits++) {
            Symbol symbol = graph.external(name(bits), Linkage.STRONG, false);
            names.add(symbol.name().hashCode());
            symbols.add(symbol.hashCode());
        }
        assertEquals(1, names.size());
        assertEquals(1 << LETTERS, symbols.size());
    }
}
