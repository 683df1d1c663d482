package dev.orcinus.loader.arch;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.loader.graph.TlsBlock;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that each form which the ABIs let a linker change becomes what the tables in {@code
 * arch/forms} say: instructions that an assembler has encoded, and the bytes of lld's library,
 * unless the table says why not. The distances to entries are not compared, because tables lie
 * elsewhere.
 */
final class RelaxableFormsTest {
    private static final long CODE = 0x1_0000_0000L;
    private static final long FORM_BYTES = 64;
    private static final Map<String, Long> NEAR =
            Map.of("near", 0x1_3000_0000L, "close", CODE + 0x8000);
    private static final long FAR = 0x7000_0000_0000L;
    private static final TlsBlock TLS = new TlsBlock(1, 16, Map.of());

    /** A line of a table: the instructions, whether they may be another's, and the bytes. */
    private record Form(String text, boolean isLlds, String bytes, String lldsBytes) {}

    @ParameterizedTest
    @CsvSource({"x86_64, 74", "aarch64, 20"})
    void eachFormBecomesWhatTheTableSays(String processor, int count) throws IOException {
        List<Form> forms = forms(processor);
        assertEquals(count, forms.size());
        LinkGraph graph = link(processor);
        assertAll(
                IntStream.range(0, count)
                        .mapToObj(i -> check(forms.get(i), block(graph, ".text.form" + (i + 1)))));
    }

    private static Executable check(Form form, Linked linked) {
        return () -> {
            assertEquals(linked.shown(form.bytes), linked.shown(linked.bytes), form.text);
            if (form.isLlds) {
                assertEquals(linked.shown(form.lldsBytes), linked.shown(linked.bytes), form.text);
            } else {
                assertNotEquals(
                        linked.shown(form.lldsBytes), linked.shown(linked.bytes), form.text);
            }
        };
    }

    private static List<Form> forms(String processor) throws IOException {
        List<String> lines =
                lines(processor + ".forms").stream().filter(l -> !l.startsWith("#")).toList();
        List<String> bytes = lines(processor + ".bytes");
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String[] columns = lines.get(i).split("\\|", -1);
            String[] both = bytes.get(i).split(" ", -1);
            forms.add(new Form(columns[0].strip(), columns[2].isBlank(), both[0], both[1]));
        }
        return forms;
    }

    private static List<String> lines(String name) throws IOException {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = RelaxableFormsTest.class.getResourceAsStream("/arch/forms/" + name)) {
            return in.readAllBytes();
        }
    }

    private static LinkGraph link(String processor) throws IOException {
        MemorySegment object = MemorySegment.ofArray(resource(processor + ".o")).asReadOnly();
        LinkGraph graph = new ElfFormat().read(processor + ".o", object);
        architecture(processor).lower(graph, symbol -> NEAR.containsKey(symbol.name()));
        graph.setTls(TLS);
        for (Symbol symbol : graph.externals()) {
            symbol.resolve(new ExecutorAddress(NEAR.getOrDefault(symbol.name(), FAR)));
        }
        long next = CODE + 0x1_0000;
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                boolean isForm = section.name().startsWith(".text.form");
                long address = isForm ? CODE + (number(section) - 1) * FORM_BYTES : next;
                block.setAddress(new ExecutorAddress(address));
                next += isForm ? 0 : FORM_BYTES;
            }
        }
        return graph;
    }

    private static Architecture architecture(String processor) {
        return processor.equals("x86_64") ? new X64() : new AArch64();
    }

    private static long number(Section section) {
        return Long.parseLong(section.name().substring(".text.form".length()));
    }

    /** The bytes of a form in hex, and where distances to entries stand in it. */
    private record Linked(String bytes, List<Edge> toEntries, LinkGraph graph) {
        /** Returns bytes of this form without the distances to entries. */
        String shown(String hex) {
            StringBuilder shown = new StringBuilder(hex.substring(0, bytes.length()));
            for (Edge edge : toEntries) {
                mask(shown, edge);
            }
            return shown.toString();
        }

        private void mask(StringBuilder hex, Edge edge) {
            int at = 2 * edge.offset();
            if (graph.architecture().equals("x86_64")) {
                hex.replace(at, at + 8, "[-------");
                return;
            }
            int instruction = HexFormat.fromHexDigits(hex, at, at + 8);
            hex.replace(at, at + 8, HexFormat.of().toHexDigits(instruction & opcodeMask(edge)));
        }

        /** Returns the bits of an instruction, its lowest byte first, that are not a distance. */
        private static int opcodeMask(Edge edge) {
            int field = edge.kind().toString().contains("PAGE21") ? 0x60ff_ffe0 : 0x003f_fc00;
            if (edge.kind().toString().contains("LITERAL19")) {
                field = 0x00ff_ffe0;
            }
            return Integer.reverseBytes(~field);
        }
    }

    private static Linked block(LinkGraph graph, String name) {
        Section section =
                graph.sections().stream()
                        .filter(s -> s.name().equals(name))
                        .findFirst()
                        .orElseThrow();
        Block block = section.blocks().getFirst();
        byte[] bytes = block.content().toArray(ValueLayout.JAVA_BYTE);
        architecture(graph.architecture()).fixUp(graph, block, MemorySegment.ofArray(bytes));
        assertTrue(bytes.length <= FORM_BYTES, name);
        List<Edge> toEntries =
                block.edges().stream().filter(RelaxableFormsTest::isToEntry).toList();
        return new Linked(HexFormat.of().formatHex(bytes), toEntries, graph);
    }

    private static boolean isToEntry(Edge edge) {
        return !NEAR.containsKey(edge.target().name());
    }
}
