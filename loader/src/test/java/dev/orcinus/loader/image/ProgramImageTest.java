package dev.orcinus.loader.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.graph.Block;
import dev.orcinus.loader.graph.LinkGraph;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tests what a file has of a program's memory. */
final class ProgramImageTest {
    private static final long PAGE_BYTES = RecordedImage.PAGE_BYTES;
    private static final long MEMORY_BYTES = 256 * PAGE_BYTES;
    private static final byte OLD = 0x55;

    /** Reading them would take memory for them, as writing them does. */
    @Test
    void zerosAreNeitherReadNorWritten() throws IOException {
        byte[] content = {1, 2, 3};
        byte[] copied = new byte[(int) MEMORY_BYTES];
        Arrays.fill(copied, OLD);
        byte[] expected = copied.clone();
        System.arraycopy(content, 0, expected, (int) PAGE_BYTES, content.length);
        ProgramImage.Memory memory = new ProgramImage.Memory(PAGE_BYTES, MEMORY_BYTES);
        try (ProgramImage image = RecordedImage.of(memory, PAGE_BYTES, content);
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
