package dev.orcinus.loader.format.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.formats.elf.Elf;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.Edge;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests with {@code SHT_REL}. No x86-64 assembler writes it, so the {@code RELA} of an object is
 * rewritten.
 */
final class ImplicitAddendTest {
    private static final Path OBJECT =
            Path.of(
                    System.getProperty("orcinus.root"),
                    "loader/src/test/resources/link/relocations-direct/a.o");

    @Test
    void addendsAreReadFromTheContent() throws IOException {
        byte[] bytes = Files.readAllBytes(OBJECT);
        List<String> explicit = edges(bytes);
        new RelaToRel(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN)).rewrite();
        assertEquals(explicit, edges(bytes));
    }

    private static List<String> edges(byte[] object) {
        LinkGraph graph = new ElfFormat().read("a.o", MemorySegment.ofArray(object));
        return graph.sections().stream()
                .map(Section::blocks)
                .flatMap(List::stream)
                .map(Block::edges)
                .flatMap(List::stream)
                .map(ImplicitAddendTest::text)
                .toList();
    }

    private static String text(Edge edge) {
        return "%s at %d to %s + %d"
                .formatted(edge.kind().name(), edge.offset(), edge.target(), edge.addend());
    }

    /** Moves the addends of an object's relocations into the bytes that they change. */
    private record RelaToRel(ByteBuffer object) {
        private static final int E_SHOFF = 40;
        private static final int E_SHNUM = 60;
        private static final int SHDR_BYTES = 64;
        private static final int RELA_BYTES = 24;
        private static final int REL_BYTES = 16;
        private static final int R_X86_64_64 = 1;
        private static final int R_X86_64_16 = 12;
        private static final int R_X86_64_PC16 = 13;
        private static final int R_X86_64_8 = 14;
        private static final int R_X86_64_PC8 = 15;
        private static final int R_X86_64_PC64 = 24;

        void rewrite() {
            for (int i = 0; i < object.getShort(E_SHNUM); i++) {
                int header = header(i);
                if (object.getInt(header + 4) == Elf.SHT_RELA) {
                    rewrite(header);
                }
            }
        }

        private int header(int index) {
            return (int) object.getLong(E_SHOFF) + index * SHDR_BYTES;
        }

        private void rewrite(int header) {
            int table = (int) object.getLong(header + 24);
            int count = (int) object.getLong(header + 32) / RELA_BYTES;
            int target = (int) object.getLong(header(object.getInt(header + 44)) + 24);
            for (int i = 0; i < count; i++) {
                int from = table + i * RELA_BYTES;
                int to = table + i * REL_BYTES;
                long offset = object.getLong(from);
                long info = object.getLong(from + 8);
                writeAddend(target + (int) offset, (int) info, object.getLong(from + 16));
                object.putLong(to, offset).putLong(to + 8, info);
            }
            object.putInt(header + 4, Elf.SHT_REL);
            object.putLong(header + 32, (long) count * REL_BYTES);
            object.putLong(header + 56, REL_BYTES);
        }

        private void writeAddend(int at, int type, long addend) {
            switch (type) {
                case R_X86_64_64, R_X86_64_PC64 -> object.putLong(at, addend);
                case R_X86_64_16, R_X86_64_PC16 -> object.putShort(at, (short) addend);
                case R_X86_64_8, R_X86_64_PC8 -> object.put(at, (byte) addend);
                default -> object.putInt(at, (int) addend);
            }
        }
    }
}
