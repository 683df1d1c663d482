package dev.orcinus.loader.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.graph.Section;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests what a file has of a program's memory. */
final class ProgramImageTest {
    private static final long PAGE_BYTES = 4096;
    private static final long MEMORY_BYTES = 256 * PAGE_BYTES;
    private static final byte OLD = 0x55;

    private static ProgramImage image(byte[] content) throws IOException {
        ProgramImage.Memory memory = new ProgramImage.Memory(PAGE_BYTES, MEMORY_BYTES);
        ProgramImage image =
                ProgramImage.create(
                        new ElfFormat(),
                        "x86_64",
                        Map.of(Section.Use.VARIABLES, memory),
                        PAGE_BYTES);
        image.write(Section.Use.VARIABLES, PAGE_BYTES, content);
        image.complete(
                new ProgramTables(
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(
                                new ProgramTables.Extent(
                                        Section.Use.VARIABLES, PAGE_BYTES, content.length)),
                        List.of(),
                        List.of()),
                List.of());
        return image;
    }

    /** Reading them would take memory for them, as writing them does. */
    @Test
    void zerosAreNeitherReadNorWritten() throws IOException {
        byte[] content = {1, 2, 3};
        byte[] copied = new byte[(int) MEMORY_BYTES];
        Arrays.fill(copied, OLD);
        byte[] expected = copied.clone();
        System.arraycopy(content, 0, expected, (int) PAGE_BYTES, content.length);
        try (ProgramImage image = image(content);
                Arena mapped = Arena.ofConfined()) {
            LinkGraph graph = image.graph("program", mapped);
            Block block = graph.retained().iterator().next();
            assertEquals(MEMORY_BYTES, block.sizeBytes());
            graph.parts().copy(block, MemorySegment.ofArray(copied));
            assertTrue(image.diskBytes() < PAGE_BYTES);
        }
        assertArrayEquals(expected, copied);
    }
}
