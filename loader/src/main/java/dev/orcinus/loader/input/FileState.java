package dev.orcinus.loader.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the system knows of a file's content: two states of a file that are equal belong to the same
 * content, if the first of them {@link #isSettled}.
 *
 * @param device the device of the file, {@code st_dev}
 * @param inode the number of the file there, {@code st_ino}
 * @param sizeBytes its length
 * @param modified when its content has changed, in nanoseconds as far as the file system has them
 * @param changed when it or its inode has changed, which no user can set
 */
record FileState(long device, long inode, long sizeBytes, FileTime modified, FileTime changed) {
    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

    /**
     * File systems note times in steps, of up to two seconds. A file that has changed less time ago
     * may change again without another time.
     */
    private static final Duration STEP = Duration.ofSeconds(2);

    /** Returns the state of a file; empty if the system does not tell it. */
    static Optional<FileState> of(Path file) {
        try {
            Map<String, Object> found = Files.readAttributes(file, ATTRIBUTES);
            return Optional.of(
                    new FileState(
                            (long) found.get("dev"),
                            (long) found.get("ino"),
                            (long) found.get("size"),
                            (FileTime) found.get("lastModifiedTime"),
                            (FileTime) found.get("ctime")));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * {@inheritDoc} Written out, as is the hash: Java generates those of a record when they are
     * used for the first time, which is a tenth of the time of a start.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof FileState state
                && isOfSameFile(state)
                && sizeBytes == state.sizeBytes
                && modified.equals(state.modified)
                && changed.equals(state.changed);
    }

    @Override
    public int hashCode() {
        int hash = Long.hashCode(device);
        hash = 31 * hash + Long.hashCode(inode);
        hash = 31 * hash + Long.hashCode(sizeBytes);
        hash = 31 * hash + modified.hashCode();
        return 31 * hash + changed.hashCode();
    }

    /** Returns whether a change from now on will be seen in the state. */
    boolean isSettled(Instant now) {
        Instant latest = now.minus(STEP);
        return modified.toInstant().isBefore(latest) && changed.toInstant().isBefore(latest);
    }

    /**
     * Returns whether a later state says that what has been mapped in this state is not there any
     * more. A file of that path that is another one, because the first has been replaced or
     * removed, says nothing.
     */
    boolean isOverwritten(FileState later) {
        return isOfSameFile(later)
                && (sizeBytes != later.sizeBytes || !modified.equals(later.modified));
    }

    /**
     * Returns whether a later state says that what has been mapped in this state may be not there
     * any more: the file's owner, its names or its times have been set, and someone who sets the
     * times may have overwritten it before.
     */
    boolean isTouched(FileState later) {
        return isOfSameFile(later) && !equals(later);
    }

    private boolean isOfSameFile(FileState later) {
        return device == later.device && inode == later.inode;
    }
}
