package dev.orcinus.loader.arch.aarch64;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.graph.Section;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The functions are equal to the assembled {@code atomics.s}. */
final class OutlineAtomicsTest {
    private static final String SECTION = ".text.";

    @Test
    void eachFunctionIsAsAssembled() {
        Map<String, String> assembled = new TreeMap<>();
        for (Section section : TestObject.read("atomics.o").graph().sections()) {
            if (section.name().startsWith(SECTION)) {
                byte[] bytes = section.blocks().getFirst().content().toArray(Memory.BYTE);
                String name = section.name().substring(SECTION.length());
                assembled.put(name, HexFormat.of().formatHex(bytes));
            }
        }
        Map<String, String> made = new TreeMap<>();
        new AArch64()
                .compilerFunctions()
                .forEach(
                        (name, code) ->
                                made.put(
                                        name,
                                        HexFormat.of()
                                                .formatHex(code.bytes().toArray(Memory.BYTE))));
        assertEquals(125, assembled.size());
        assertEquals(assembled, made);
    }
}
