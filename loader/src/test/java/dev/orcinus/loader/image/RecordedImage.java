package dev.orcinus.loader.image;

import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Section;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** An image of a program that has one piece of content, and nothing that the content refers to. */
public final class RecordedImage {
    public static final long PAGE_BYTES = 4096;

    private RecordedImage() {}

    /**
     * Makes an image.
     *
     * @param memory the program's variables
     * @param offset the place of the content there
     */
    static ProgramImage of(ProgramImage.Memory memory, long offset, byte[] content)
            throws IOException {
        ProgramImage image =
                ProgramImage.create(
                        new ElfFormat(),
                        "x86_64",
                        Map.of(Section.Use.VARIABLES, memory),
                        PAGE_BYTES);
        image.write(Section.Use.VARIABLES, offset, content);
        image.complete(tables(offset, content.length), List.of(), List.of());
        return image;
    }

    private static ProgramTables tables(long offset, long sizeBytes) {
        return new ProgramTables(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new ProgramTables.Extent(Section.Use.VARIABLES, offset, sizeBytes)),
                List.of(),
                List.of(),
                List.of());
    }

    /** Makes an image of a page. */
    public static ProgramImage ofPage() throws IOException {
        ProgramImage.Memory page = new ProgramImage.Memory(PAGE_BYTES, PAGE_BYTES);
        return of(page, 0, new byte[(int) PAGE_BYTES]);
    }
}
