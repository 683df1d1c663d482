package dev.orcinus.loader.input;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The member files of a thin archive. */
@FunctionalInterface
public interface MemberFiles {
    /** Refuses all members, for an archive that was not read from a file. */
    MemberFiles NONE =
            name -> {
                throw new IOException("a thin archive is added by its path, not as bytes");
            };

    /**
     * Returns the content of a file.
     *
     * @param name the file's path, relative to the archive's folder
     */
    MemorySegment open(String name) throws IOException;
}
