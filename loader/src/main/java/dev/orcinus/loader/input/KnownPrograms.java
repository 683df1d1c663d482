package dev.orcinus.loader.input;

import dev.orcinus.loader.image.ProgramImage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs that this JVM has linked before. A program is found by what it was asked for with,
 * and by the states of all files of which it was linked. It is kept when it is linked the second
 * time, as most are linked once. All of them take a bounded part of the disk, and those that have
 * not been used for the longest time go first. Any thread may call.
 */
public final class KnownPrograms {
    private static final long MOST_BYTES = 512L << 20;
    private static final int MOST_PROGRAMS = 32;

    private static final KnownPrograms SHARED = new KnownPrograms(MOST_BYTES);

    private final long mostBytes;
    private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long diskBytes;

    /** What is known of a program: that it was linked, whether it was recorded, and as what. */
    private record Known(boolean isTried, Optional<ProgramImage> image) {}

    /**
     * Knows no program yet.
     *
     * @param mostBytes how much of a disk the files may take together
     */
    KnownPrograms(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Returns those of this JVM. */
    public static KnownPrograms shared() {
        return SHARED;
    }

    /** What a program is found by. */
    public static final class Key {
        private final String request;
        private final List<FileState> files;

        private Key(String request, List<FileState> files) {
            this.request = request;
            this.files = files;
        }

        /**
         * Returns whether all files that have been opened are among those of the program, in the
         * same state. Others may change without another key.
         */
        public boolean covers(InputFiles input) {
            return input.opened().stream()
                    .allMatch(state -> state.isPresent() && files.contains(state.get()));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key
                    && request.equals(key.request)
                    && files.equals(key.files);
        }

        @Override
        public int hashCode() {
            return request.hashCode();
        }
    }

    /**
     * Returns what a program is found by; empty if a change of one of its files might not be seen.
     *
     * @param request all that decides how it is linked, besides the files
     * @param files all files that it is linked of, and those that decide which libraries it has
     */
    public static Optional<Key> key(String request, List<Path> files) {
        return key(request, files, Instant.now());
    }

    static Optional<Key> key(String request, List<Path> files, Instant now) {
        List<FileState> states = new ArrayList<>(files.size());
        for (Path file : files) {
            Optional<FileState> state = FileState.of(file).filter(s -> s.isSettled(now));
            if (state.isEmpty()) {
                return Optional.empty();
            }
            states.add(state.get());
        }
        return Optional.of(new Key(request, states));
    }

    /** Returns a program that is kept. */
    public synchronized Optional<ProgramImage> find(Key key) {
        Known found = known.get(key);
        return found == null ? Optional.empty() : found.image;
    }

    /** Notes that a program is linked, and returns whether that is the second time. */
    public synchronized boolean isSecond(Key key) {
        Known before = known.get(key);
        boolean isSecond = before != null && !before.isTried;
        if (before == null || isSecond) {
            known.put(key, new Known(isSecond, Optional.empty()));
            shrink();
        }
        return isSecond;
    }

    /** Keeps a program. */
    public synchronized void keep(Key key, ProgramImage image) {
        forget(known.put(key, new Known(true, Optional.of(image))));
        diskBytes += image.diskBytes();
        shrink();
    }

    /** Forgets a program, which does not fit what it is linked with any more. */
    public synchronized void forget(Key key) {
        forget(known.remove(key));
    }

    private void forget(Known program) {
        if (program != null && program.image.isPresent()) {
            diskBytes -= program.image.get().diskBytes();
            program.image.get().close();
        }
    }

    private void shrink() {
        Iterator<Known> eldest = known.values().iterator();
        while (eldest.hasNext() && (diskBytes > mostBytes || known.size() > MOST_PROGRAMS)) {
            Known program = eldest.next();
            eldest.remove();
            forget(program);
        }
    }

    /** Returns what all files take of a disk in bytes. */
    synchronized long diskBytes() {
        return diskBytes;
    }
}
