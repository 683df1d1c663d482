package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An object of x86-64 gets the same bytes as from LLVM's linker, at the same addresses. */
final class MachOX64OracleTest {
    private static final Pattern LINE = Pattern.compile("(0x[0-9a-f]+):((?: {3}| [0-9a-f]{2})+)");
    private static final int STUB_BYTES = 6;
    private static final int GOT_IN_STUB = 2;

    /** The bytes that LLVM has linked, by address. */
    private final TreeMap<Long, Byte> linked = new TreeMap<>();

    /** The first and the last address of each of LLVM's sections. */
    private final Map<String, long[]> ranges = new TreeMap<>();

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                MachOX64OracleTest.class.getResourceAsStream("/macho/x86_64/" + name)) {
            return in.readAllBytes();
        }
    }

    private static List<String> lines(String name) throws IOException {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    private void readLinked() throws IOException {
        long[] range = {};
        for (String line : lines("relocations.jitlink")) {
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

    @Test
    void everyRelocationIsWrittenAsByLlvm() throws IOException {
        readLinked();
        MemorySegment object = MemorySegment.ofArray(resource("relocations.o")).asReadOnly();
        LinkGraph graph = new MachOFormat().read("relocations.o", object);
        new X64().lower(graph, s -> s.isDefined() || s.name().equals("_near"));
        for (Section section : graph.sections()) {
            if (ranges.containsKey(section.name())) {
                place(section);
            }
        }
        resolve(graph);
        graph.find("$got", Section.Use.CONSTANTS).blocks().forEach(this::placeEntry);
        graph.find("$stubs", Section.Use.CODE).blocks().forEach(this::placeStub);
        int edges = 0;
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                check(graph, block);
                edges += block.edges().size();
            }
        }
        assertEquals(29, edges);
    }

    private void place(Section section) {
        long next = ranges.get(section.name())[0];
        for (Block block : section.blocks()) {
            block.setAddress(new ExecutorAddress(next));
            next += block.sizeBytes();
        }
        assertEquals(ranges.get(section.name())[1] + 1, next, section.name());
    }

    private static void resolve(LinkGraph graph) throws IOException {
        for (String line : lines("relocations.s")) {
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
            if (number(at, Long.BYTES) == target) {
                entry.setAddress(new ExecutorAddress(at));
            }
        }
    }

    /** Places a stub where LLVM has the stub that jumps through the same entry. */
    private void placeStub(Block stub) {
        long entry = stub.edges().getFirst().target().addressValue();
        long[] range = ranges.get("$__STUBS");
        for (long at = range[0]; at < range[1]; at += STUB_BYTES) {
            if (at + STUB_BYTES + (int) number(at + GOT_IN_STUB, Integer.BYTES) == entry) {
                stub.setAddress(new ExecutorAddress(at));
            }
        }
    }

    private long number(long at, int sizeBytes) {
        long number = 0;
        for (int i = sizeBytes - 1; i >= 0; i--) {
            number = (number << 8) | (linked.get(at + i) & 0xff);
        }
        return number;
    }

    private void check(LinkGraph graph, Block block) {
        byte[] ours = block.content().toArray(ValueLayout.JAVA_BYTE);
        new X64().fixUp(graph, block, MemorySegment.ofArray(ours));
        byte[] theirs = new byte[ours.length];
        for (int i = 0; i < theirs.length; i++) {
            theirs[i] = linked.get(block.addressValue() + i);
        }
        assertEquals(Arrays.toString(theirs), Arrays.toString(ours), block.section().name());
    }
}
