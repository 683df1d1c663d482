package dev.orcinus.loader.input;

import dev.orcinus.formats.ar.ArchiveIndex;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The indexes of archives that have been read before. An index is found by the state of its file
 * and by a check of what stands before the members. Any thread may call.
 */
final class KnownArchives {
    private static final long MOST_BYTES = 128L << 20;
    private static final int LEAST_PART_OF_HEAP = 8;

    private static final KnownArchives SHARED =
            new KnownArchives(new KnownFiles<>(MOST_BYTES, LEAST_PART_OF_HEAP, Known::sizeBytes));

    private final KnownFiles<Known> files;

    /**
     * A known index.
     *
     * @param check of the bytes before the members
     */
    private record Known(long check, ArchiveIndex index) {
        long sizeBytes() {
            return index.sizeBytes();
        }
    }

    private KnownArchives(KnownFiles<Known> files) {
        this.files = files;
    }

    /**
     * Knows no archive yet.
     *
     * @param mostBytes how much memory the indexes may take
     */
    KnownArchives(long mostBytes, InstantSource clock) {
        this(new KnownFiles<>(mostBytes, Known::sizeBytes, clock));
    }

    /** Returns the indexes that this JVM knows. */
    static KnownArchives shared() {
        return SHARED;
    }

    /**
     * Returns the index of an archive, if it is known; with another check it is forgotten.
     *
     * @param check of the bytes before its members
     */
    Optional<ArchiveIndex> find(FileState file, long check) {
        Optional<Known> found = files.find(file);
        if (found.isPresent() && found.get().check != check) {
            files.forget(file);
            return Optional.empty();
        }
        return found.map(Known::index);
    }

    /**
     * Keeps the index of an archive, unless the file has changed just now.
     *
     * @param file its state before it was read
     * @param check of the bytes before its members
     */
    void keep(FileState file, long check, ArchiveIndex index) {
        files.keep(file, new Known(check, index));
    }

    /** Returns the memory that the indexes take. */
    long sizeBytes() {
        return files.sizeBytes();
    }
}
