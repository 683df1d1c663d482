package dev.orcinus.loader.input;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The file of an object or an archive, and those of its members if that is a thin one. */
@FunctionalInterface
public interface MemberFiles {
    /**
     * Returns files that refuse all members, for an archive that was not read from a file. This is
     * no constant, because the start-up cache has no lambdas of interfaces with an initializer.
     */
    static MemberFiles none() {
        return name -> {
            throw new IOException("a thin archive is added by its path, not as bytes");
        };
    }

    /**
     * Returns the content of a file.
     *
     * @param name the file's path, relative to the archive's folder
     */
    MemorySegment open(String name) throws IOException;

    /** Returns the state of the file before it was mapped; empty if it is not mapped. */
    default Optional<FileState> state() {
        return Optional.empty();
    }

    /** Returns the state of the file that has its path now; empty if there is none. */
    default Optional<FileState> stateNow() {
        return Optional.empty();
    }

    /**
     * Returns whether a file that {@link #open} has mapped has been overwritten since then.
     *
     * @param name the file's path, relative to the archive's folder
     */
    default boolean isOverwritten(String name) {
        return false;
    }
}
