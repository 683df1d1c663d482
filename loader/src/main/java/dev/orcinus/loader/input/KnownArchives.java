package dev.orcinus.loader.input;

import dev.orcinus.formats.ar.ArchiveIndex;
import java.lang.ref.SoftReference;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The indexes of archives that have been read before, so that a JVM that links again with the same
 * libraries does not read them again. An index is found by the state of its file and by a check of
 * what stands before the members. All of them take a bounded part of the memory, those that have
 * not been used for the longest time go first, and all go when memory is short. Any thread may
 * call.
 */
final class KnownArchives {
    private static final long MOST_BYTES = 128L << 20;

    /** The indexes take no more than this part of what the heap can have. */
    private static final int LEAST_PART_OF_HEAP = 8;

    private static final KnownArchives SHARED =
            new KnownArchives(
                    Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / LEAST_PART_OF_HEAP),
                    InstantSource.system());

    private final long mostBytes;
    private final InstantSource clock;
    private final Map<FileState, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long sizeBytes;

    /**
     * A known index.
     *
     * @param check of the bytes before the members
     * @param index empty when memory has been short
     * @param sizeBytes the memory that it takes
     */
    record Known(long check, SoftReference<ArchiveIndex> index, long sizeBytes) {}

    /**
     * Knows no archive yet.
     *
     * @param mostBytes how much memory the indexes may take
     */
    KnownArchives(long mostBytes, InstantSource clock) {
        this.mostBytes = mostBytes;
        this.clock = clock;
    }

    /** Returns the indexes that this JVM knows. */
    static KnownArchives shared() {
        return SHARED;
    }

    /**
     * Returns the index of an archive, if it is known.
     *
     * @param check of the bytes before its members
     */
    synchronized Optional<ArchiveIndex> find(FileState file, long check) {
        Known found = known.get(file);
        if (found == null) {
            return Optional.empty();
        }
        ArchiveIndex index = found.check == check ? found.index.get() : null;
        if (index == null) {
            remove(file);
        }
        return Optional.ofNullable(index);
    }

    /**
     * Keeps the index of an archive, unless the file has changed just now.
     *
     * @param file its state before it was read
     * @param check of the bytes before its members
     */
    synchronized void keep(FileState file, long check, ArchiveIndex index) {
        if (!file.isSettled(clock.instant()) || index.sizeBytes() > mostBytes) {
            return;
        }
        remove(file);
        known.put(file, new Known(check, new SoftReference<>(index), index.sizeBytes()));
        sizeBytes += index.sizeBytes();
        Iterator<Known> oldest = known.values().iterator();
        while (sizeBytes > mostBytes) {
            sizeBytes -= oldest.next().sizeBytes;
            oldest.remove();
        }
    }

    private void remove(FileState file) {
        Known removed = known.remove(file);
        if (removed != null) {
            sizeBytes -= removed.sizeBytes;
        }
    }

    /** Returns what is known of an archive, without a check; null if that is nothing. */
    synchronized Known peek(FileState file) {
        return known.get(file);
    }

    /** Returns the memory that the indexes take. */
    synchronized long sizeBytes() {
        return sizeBytes;
    }
}
