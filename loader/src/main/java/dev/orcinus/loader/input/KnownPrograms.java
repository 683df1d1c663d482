package dev.orcinus.loader.input;

import dev.orcinus.loader.image.ProgramImage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The programs that this JVM has linked before. A program is found by what it was asked for with,
 * and by the states of all files of which it was linked. It is kept when it is linked the second
 * time, as most are linked once. Those that are kept take a bounded part of the disk, and those
 * that have not been used for the longest time go first. What is known of the others, which is
 * little, displaces none of them. Any thread may call.
 */
public final class KnownPrograms {
    private static final long MOST_BYTES = 512L << 20;
    private static final int MOST_KEPT = 32;
    private static final int MOST_OTHERS = 128;

    private static final KnownPrograms SHARED = new KnownPrograms(MOST_BYTES);

    private final long mostBytes;
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Key, Other> others = new LinkedHashMap<>(16, 0.75f, true);
    private long diskBytes;

    /**
     * A program that is kept.
     *
     * @param further the files besides those of its key of which it was linked, and their states
     */
    private record Kept(ProgramImage image, Map<Path, FileState> further) {
        boolean isUnchanged() {
            return further.entrySet().stream()
                    .allMatch(
                            file ->
                                    FileState.of(file.getKey())
                                            .filter(file.getValue()::equals)
                                            .isPresent());
        }
    }

    /** What is known of a program that is not kept. */
    private enum Other {
        /** It is recorded the next time. */
        LINKED,
        /** It is being linked and recorded. */
        RECORDED,
        /** It cannot be kept as long as its files are the same. */
        REFUSED
    }

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
         * Returns the files that have been opened besides those that belong to this key, with their
         * states; empty if a change of one of them might not be seen. Others than all of these may
         * change, and the program is the same.
         */
        private Optional<Map<Path, FileState>> further(Collection<InputFiles> input, Instant now) {
            Map<Path, FileState> further = new HashMap<>();
            Set<FileState> own = new HashSet<>(files);
            for (InputFiles some : input) {
                for (InputFiles.Opened file : some.opened()) {
                    if (file.state().isEmpty() || !file.state().get().isSettled(now)) {
                        return Optional.empty();
                    }
                    if (!own.contains(file.state().get())) {
                        further.put(file.file(), file.state().get());
                    }
                }
            }
            return Optional.of(further);
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
        Kept found = kept.get(key);
        if (found == null) {
            return Optional.empty();
        }
        if (!found.isUnchanged()) {
            forget(key);
            return Optional.empty();
        }
        return Optional.of(found.image);
    }

    /**
     * Notes that a program is linked, and returns whether it has to be recorded, which {@link
     * #keep}, {@link #refuse} or {@link #cancel} ends.
     */
    public synchronized boolean begin(Key key) {
        Other before = kept.containsKey(key) ? Other.REFUSED : others.get(key);
        if (before == null) {
            note(key, Other.LINKED);
        } else if (before == Other.LINKED) {
            note(key, Other.RECORDED);
        }
        return before == Other.LINKED;
    }

    private void note(Key key, Other other) {
        others.put(key, other);
        if (others.size() > MOST_OTHERS) {
            others.remove(others.keySet().iterator().next());
        }
    }

    /**
     * Keeps a program that has been recorded, unless a change of its files might not be seen.
     *
     * @param files all files of which it was linked
     */
    public void keep(Key key, ProgramImage image, Collection<InputFiles> files) {
        keep(key, image, files, Instant.now());
    }

    synchronized void keep(Key key, ProgramImage image, Collection<InputFiles> files, Instant now) {
        Optional<Map<Path, FileState>> further = key.further(files, now);
        if (further.isEmpty()) {
            image.close();
            cancel(key);
            return;
        }
        others.remove(key);
        close(kept.put(key, new Kept(image, further.get())));
        diskBytes += image.diskBytes();
        shrink();
    }

    /** Forgets a program, and does not record it again as long as its files are the same. */
    public synchronized void refuse(Key key) {
        close(kept.remove(key));
        note(key, Other.REFUSED);
    }

    /** Gives a recording up for a reason that the program does not have; the next one may end. */
    public synchronized void cancel(Key key) {
        others.replace(key, Other.RECORDED, Other.LINKED);
    }

    /** Forgets a program; it is recorded again when it is linked twice. */
    public synchronized void forget(Key key) {
        close(kept.remove(key));
        others.remove(key);
    }

    private void close(Kept program) {
        if (program != null) {
            diskBytes -= program.image.diskBytes();
            program.image.close();
        }
    }

    private void shrink() {
        Iterator<Kept> eldest = kept.values().iterator();
        while (eldest.hasNext() && (diskBytes > mostBytes || kept.size() > MOST_KEPT)) {
            Kept program = eldest.next();
            eldest.remove();
            close(program);
        }
    }

    /** Returns what all files take of a disk in bytes. */
    synchronized long diskBytes() {
        return diskBytes;
    }
}
