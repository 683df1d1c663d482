package dev.orcinus.loader.format.macho;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.loader.arch.aarch64.AArch64;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests that an object of arm64 gets the same bytes as from LLVM's linker, at its addresses. */
final class MachOAArch64OracleTest {
    private static final Pattern LINE = Pattern.compile("(0x[0-9a-f]+):((?: +[0-9a-f]{2})+)");
    private static final int BYTES_OF_LINE = 16;

    /** What LLVM has linked: the bytes of each section, by address. */
    private final List<Linked> sections = new ArrayList<>();

    private record Linked(String name, TreeMap<Long, Byte> bytes) {
        long start() {
            return bytes.firstKey();
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in =
                MachOAArch64OracleTest.class.getResourceAsStream("/macho/arm64/" + name)) {
            return in.readAllBytes();
        }
    }

    private static List<String> lines(String name) throws IOException {
        return new String(resource(name), StandardCharsets.UTF_8).lines().toList();
    }

    private void readLinked() throws IOException {
        for (String line : lines("relocations.jitlink")) {
            Matcher matcher = LINE.matcher(line);
            if (line.endsWith(" content:")) {
                String name = line.substring(0, line.indexOf(' '));
                sections.add(new Linked(name, new TreeMap<>()));
            } else if (matcher.matches()) {
                addLine(Long.decode(matcher.group(1)), matcher.group(2));
            }
        }
    }

    /** A line shows 16 bytes, or blanks where there are none. */
    private void addLine(long address, String columns) {
        for (int i = 0; i < BYTES_OF_LINE && 3 * i < columns.length(); i++) {
            String column = columns.substring(3 * i, 3 * i + 3).strip();
            if (!column.isEmpty()) {
                byte value = (byte) Integer.parseInt(column, 16);
                sections.getLast().bytes.put(address + i, value);
            }
        }
    }

    private Linked linked(String name) {
        return sections.stream().filter(s -> s.name.equals(name)).findFirst().orElseThrow();
    }

    @Test
    void everyRelocationIsWrittenAsByLlvm() throws IOException {
        readLinked();
        LinkGraph graph =
                new MachOFormat()
                        .read(
                                "relocations.o",
                                MemorySegment.ofArray(resource("relocations.o")).asReadOnly());
        new AArch64().lower(graph, _ -> false);
        place(graph, "__TEXT,__text", Section.Use.CODE);
        place(graph, "__DATA,__data", Section.Use.VARIABLES);
        place(graph, "__DATA,__more", Section.Use.VARIABLES);
        resolve(graph);
        placeEntries(graph);
        Section stubs = graph.find("$stubs", Section.Use.CODE);
        assertEquals(1, stubs.blocks().size());
        stubs.blocks().getFirst().setAddress(new ExecutorAddress(linked("$__STUBS").start()));

        int count = 0;
        for (Section section : graph.sections()) {
            for (Block block : section.blocks()) {
                check(graph, section, block);
                count += block.edges().size();
            }
        }
        assertEquals(36, count, "edges");
    }

    private void place(LinkGraph graph, String name, Section.Use use) {
        long next = linked(name).start();
        for (Block block : graph.find(name, use).blocks()) {
            block.setAddress(new ExecutorAddress(next));
            next += block.sizeBytes();
        }
    }

    private static void resolve(LinkGraph graph) throws IOException {
        for (String line : lines("relocations.s")) {
            if (line.startsWith("# define: ")) {
                String[] words = line.split(" ", -1);
                long address = Long.decode(words[4]);
                graph.externals().stream()
                        .filter(symbol -> symbol.name().equals(words[2]))
                        .forEach(symbol -> symbol.resolve(new ExecutorAddress(address)));
            }
        }
    }

    /** Places each entry of the table of addresses where LLVM has the entry for its target. */
    private void placeEntries(LinkGraph graph) {
        Linked entries = linked("$__GOT");
        for (Block entry : graph.find("$got", Section.Use.CONSTANTS).blocks()) {
            long target = entry.edges().getFirst().target().addressValue();
            for (long at = entries.start(); at < entries.bytes.lastKey(); at += Long.BYTES) {
                if (word(entries, at) == target) {
                    entry.setAddress(new ExecutorAddress(at));
                }
            }
        }
    }

    private static long word(Linked section, long at) {
        long word = 0;
        for (int i = Long.BYTES - 1; i >= 0; i--) {
            word = (word << 8) | (section.bytes.get(at + i) & 0xff);
        }
        return word;
    }

    private void check(LinkGraph graph, Section section, Block block) {
        MemorySegment content =
                MemorySegment.ofArray(block.content().toArray(ValueLayout.JAVA_BYTE));
        new AArch64().fixUp(graph, block, content);
        TreeMap<Long, Byte> all = new TreeMap<>();
        sections.forEach(s -> all.putAll(s.bytes));
        for (long offset = 0; offset < content.byteSize(); offset++) {
            long address = block.addressValue() + offset;
            assertEquals(
                    all.get(address),
                    content.get(ValueLayout.JAVA_BYTE, offset),
                    "%s, byte at 0x%x".formatted(section.name(), address));
        }
    }
}
