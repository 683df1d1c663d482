package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.arch.Architecture;
import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.arch.x64.X64;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.loader.graph.Symbol;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that an object gets the same bytes as from LLVM's linker, at the same addresses. */
final class MachOOracleTest {
    private static final Pattern LINE = Pattern.compile("(0x[0-9a-f]+):((?: {3}| [0-9a-f]{2})+)");

    /**
     * A processor, with an object for it.
     *
     * @param folder the folder of the object
     * @param relaxes whether LLVM's linker knew which symbols are near, and made loads short
     */
    record Processor(
            String folder, Architecture architecture, boolean relaxes, int stubBytes, int edges) {
        boolean isNear(Symbol symbol) {
            return relaxes && (symbol.isDefined() || symbol.name().equals("_near"));
        }

        byte[] resource(String name) throws IOException {
            try (InputStream in =
                    MachOOracleTest.class.getResourceAsStream("/macho/" + folder + "/" + name)) {
                return in.readAllBytes();
            }
        }

        List<String> lines(String name) throws IOException {
            return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** The bytes that LLVM has linked, by address. */
    private final TreeMap<Long, Byte> linked = new TreeMap<>();

    /** The first and the last address of each of LLVM's sections. */
    private final Map<String, long[]> ranges = new TreeMap<>();

    private void readLinked(Processor processor) throws IOException {
        long[] range = {};
        for (String line : processor.lines("relocations.jitlink")) {
            Matcher matcher = LINE.matcher(line);
            if (line.endsWith(" content:")) {
                range = new long[] {Long.MAX_VALUE, 0};
                ranges.put(line.substring(0, line.indexOf(' ')), range);
            } else if (matcher.matches()) {
                addLine(Long.decode(matcher.group(1)), matcher.group(2), range);
            }
        }
    }

    /** Reads a line of 16 bytes, with blanks where there are none. */
    private void addLine(long address, String columns, long[] range) {
        for (int i = 0; 3 * i < columns.length(); i++) {
            String column = columns.substring(3 * i, 3 * i + 3).strip();
            if (!column.isEmpty()) {
                linked.put(address + i, (byte) Integer.parseInt(column, 16));
                range[0] = Math.min(range[0], address + i);
                range[1] = Math.max(range[1], address + i);
            }
        }
    }

    private static List<Processor> processors() {
        return List.of(
                new Processor("x86_64", new X64(), true, 6, 29),
                new Processor("arm64", new AArch64(), false, 12, 36));
    }

    @ParameterizedTest
    @MethodSource("processors")
    void everyRelocationIsWrittenAsByLlvm(Processor processor) throws IOException {
        readLinked(processor);
        MemorySegment object =
                MemorySegment.ofArray(processor.resource("relocations.o")).asReadOnly();
        LinkGraph graph = new MachOFormat().read("relocations.o", object);
        processor.architecture.lower(graph, processor::isNear);
        for (Section section : graph.sections()) {
            if (ranges.containsKey(section.name())) {
                place(section);
            }
        }
        resolve(processor, graph);
        graph.find("$got", Section.Use.CONSTANTS).blocks().forEach(this::placeEntry);
        for (Block stub : graph.find("$stubs", Section.Use.CODE).blocks()) {
            placeStub(processor, graph, stub);
        }
        int edges = 0;
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                assertEquals(
                        theirs(block),
                        ours(processor, graph, block),
                        () -> "%s, 0x%x".formatted(section.name(), block.addressValue()));
                edges += block.edges().size();
            }
        }
        assertEquals(processor.edges, edges);
    }

    private void place(Section section) {
        long next = ranges.get(section.name())[0];
        for (Block block : section.blocks()) {
            block.setAddress(new ExecutorAddress(next));
            next += block.sizeBytes();
        }
        assertEquals(ranges.get(section.name())[1] + 1, next, section.name());
    }

    private static void resolve(Processor processor, LinkGraph graph) throws IOException {
        for (String line : processor.lines("relocations.s")) {
            if (line.startsWith("# define: ")) {
                String[] words = line.split(" ", -1);
                ExecutorAddress address = new ExecutorAddress(Long.decode(words[4]));
                for (Symbol symbol : graph.externals()) {
                    if (symbol.name().equals(words[2])) {
                        symbol.resolve(address);
                    }
                }
            }
        }
    }

    /** Places an entry of the table of addresses where LLVM has the entry for its target. */
    private void placeEntry(Block entry) {
        long target = entry.edges().getFirst().target().addressValue();
        long[] range = ranges.get("$__GOT");
        for (long at = range[0]; at < range[1]; at += Long.BYTES) {
            if (number(at) == target) {
                entry.setAddress(new ExecutorAddress(at));
            }
        }
    }

    /** Places a stub where LLVM has the stub with the same bytes, if it has one. */
    private void placeStub(Processor processor, LinkGraph graph, Block stub) {
        long[] range = ranges.get("$__STUBS");
        for (long at = range[0]; at < range[1]; at += processor.stubBytes) {
            stub.setAddress(new ExecutorAddress(at));
            if (theirs(stub).equals(ours(processor, graph, stub))) {
                return;
            }
        }
    }

    private long number(long at) {
        long number = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            number = (number << 8) | (linked.get(at + i) & 0xff);
        }
        return number;
    }

    private static String ours(Processor processor, LinkGraph graph, Block block) {
        byte[] bytes = block.content().toArray(ValueLayout.JAVA_BYTE);
        processor.architecture.fixUp(graph, block, MemorySegment.ofArray(bytes));
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private String theirs(Block block) {
        byte[] bytes = new byte[(int) block.sizeBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = linked.get(block.addressValue() + i);
        }
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
