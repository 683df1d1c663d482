package dev.orcinus.loader.input;

import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What has been read of files before, so that a JVM that links again with the same files does not
 * read them again. It is found by the state of its file. All of it takes a bounded part of the
 * memory, what has not been used for the longest time goes first, and all goes when memory is
 * short. Any thread may call.
 *
 * @param <T> what is known of a file; nobody changes it
 */
public final class KnownFiles<T> {
    /** The state of a file, and its entry: many files of which little is known take memory, too. */
    static final long FILE_BYTES = 400;

    private final long mostBytes;
    private final ToLongFunction<T> size;
    private final InstantSource clock;
    private final Map<FileState, Known<T>> known = new LinkedHashMap<>(16, 0.75f, true);
    private long sizeBytes;

    private record Known<T>(SoftReference<T> content, long sizeBytes) {}

    /**
     * Knows no file yet.
     *
     * @param mostBytes how much memory all may take
     * @param leastPartOfHeap what they take at most: the heap's largest size, divided by this
     * @param size returns how much memory one takes, in bytes
     */
    public KnownFiles(long mostBytes, int leastPartOfHeap, ToLongFunction<T> size) {
        this(
                Math.min(mostBytes, Runtime.getRuntime().maxMemory() / leastPartOfHeap),
                size,
                InstantSource.system());
    }

    KnownFiles(long mostBytes, ToLongFunction<T> size, InstantSource clock) {
        this.mostBytes = mostBytes;
        this.size = size;
        this.clock = clock;
    }

    /**
     * Returns what is known of a file, or else reads it.
     *
     * @param reader returns what is to be known; empty if the file has nothing of that kind
     */
    public Optional<T> get(Path file, Function<Path, Optional<T>> reader) {
        Optional<FileState> before = FileState.of(file);
        Optional<T> found = before.flatMap(this::find);
        if (found.isPresent()) {
            return found;
        }
        Optional<T> read = reader.apply(file);
        if (read.isPresent() && before.isPresent() && before.equals(FileState.of(file))) {
            keep(before.get(), read.get());
        }
        return read;
    }

    /** Returns what is known of a file in a state, if that is something. */
    synchronized Optional<T> find(FileState file) {
        Known<T> found = known.get(file);
        if (found == null) {
            return Optional.empty();
        }
        T content = found.content.get();
        if (content == null) {
            forget(file);
        }
        return Optional.ofNullable(content);
    }

    /**
     * Keeps what has been read of a file, unless it has changed just now.
     *
     * @param file its state before it was read
     */
    synchronized void keep(FileState file, T content) {
        long bytes = FILE_BYTES + size.applyAsLong(content);
        if (!file.isSettled(clock.instant()) || bytes > mostBytes) {
            return;
        }
        forget(file);
        known.put(file, new Known<>(new SoftReference<>(content), bytes));
        sizeBytes += bytes;
        Iterator<Known<T>> oldest = known.values().iterator();
        while (sizeBytes > mostBytes) {
            sizeBytes -= oldest.next().sizeBytes;
            oldest.remove();
        }
    }

    /** Forgets what is known of a file. */
    synchronized void forget(FileState file) {
        Known<T> removed = known.remove(file);
        if (removed != null) {
            sizeBytes -= removed.sizeBytes;
        }
    }

    /** Returns what refers to the content of a file; null if nothing is known of it. */
    synchronized SoftReference<T> peek(FileState file) {
        Known<T> found = known.get(file);
        return found == null ? null : found.content;
    }

    /** Returns the memory that all takes. */
    synchronized long sizeBytes() {
        return sizeBytes;
    }
}
