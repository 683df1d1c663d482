package dev.orcinus.loader.input;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The files beside a thin archive. */
@FunctionalInterface
public interface MemberFiles {
    /** Of an archive that came without a folder. */
    MemberFiles NONE =
            name -> {
                throw new IOException("a thin archive is added by its path, not as bytes");
            };

    /**
     * The content of a file.
     *
     * @param name its path, from the archive's folder
     */
    MemorySegment open(String name) throws IOException;
}
