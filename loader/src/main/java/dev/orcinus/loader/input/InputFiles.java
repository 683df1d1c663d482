package dev.orcinus.loader.input;

import dev.orcinus.platform.spi.host.HeldFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A set of open files. Small ones are read into the heap, so that thousands of objects need no
 * mappings; others are mapped until this is closed. Only one thread at a time may use it.
 */
public final class InputFiles implements AutoCloseable {
    private static final long LARGEST_IN_HEAP_BYTES = 256 << 10;

    private final List<Mapping> mappings = new ArrayList<>();
    private final Map<Path, FileState> states = new HashMap<>();
    private final List<Opened> opened = new ArrayList<>();
    private final Function<Path, Optional<HeldFile>> holding;

    /**
     * A file that has been opened.
     *
     * @param state of what has been read; empty if that may have been another file, or if it has
     *     changed meanwhile
     */
    record Opened(Path file, Optional<FileState> state) {}

    /** No files are open yet. It is not known for sure which file a path led to. */
    public InputFiles() {
        this(_ -> Optional.empty());
    }

    /**
     * No files are open yet.
     *
     * @param holding holds a file while it is read
     */
    public InputFiles(Function<Path, Optional<HeldFile>> holding) {
        this.holding = holding;
    }

    /** Returns the content of a file. */
    public MemorySegment open(Path file) throws IOException {
        try (HeldFile held = holding.apply(file).orElse(null)) {
            if (held != null) {
                return open(file, held.path(), true);
            }
        } catch (FileSystemException _) {
            // the path itself says what is wrong with the file
        }
        return open(file, file, false);
    }

    /**
     * Opens a file.
     *
     * @param place the path by which it is reached
     * @param isHeld whether that leads to the same file each time
     */
    private MemorySegment open(Path file, Path place, boolean isHeld) throws IOException {
        if (Files.exists(place) && !Files.isRegularFile(place)) {
            throw new IOException(file + " is no regular file");
        }
        Optional<FileState> before = FileState.of(place);
        try (FileChannel channel = FileChannel.open(place)) {
            boolean isSmall = channel.size() <= LARGEST_IN_HEAP_BYTES;
            MemorySegment content = isSmall ? read(place) : map(channel);
            Optional<FileState> state = FileState.of(place).filter(after -> isSame(before, after));
            opened.add(new Opened(file, state.filter(_ -> isHeld)));
            if (!isSmall) {
                state.ifPresent(noted -> states.put(file, noted));
            }
            return content;
        }
    }

    private static boolean isSame(Optional<FileState> before, FileState after) {
        return before.isPresent() && before.get().equals(after);
    }

    /** Returns the files that have been opened, also those that have been closed again. */
    List<Opened> opened() {
        return opened;
    }

    private static MemorySegment read(Path file) throws IOException {
        return MemorySegment.ofArray(Files.readAllBytes(file));
    }

    private MemorySegment map(FileChannel channel) throws IOException {
        Mapping mapping = new Mapping();
        mappings.add(mapping);
        return mapping.of(channel);
    }

    private static final class Mapping {
        private final Arena arena = Arena.ofShared();

        MemorySegment of(FileChannel channel) throws IOException {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }

        void close() {
            arena.close();
        }
    }

    /** Returns an archive that has been opened, and the files in its folder. */
    public MemberFiles beside(Path archive) {
        return new Beside(archive);
    }

    private final class Beside implements MemberFiles {
        private final Path archive;

        Beside(Path archive) {
            this.archive = archive;
        }

        @Override
        public MemorySegment open(String name) throws IOException {
            return InputFiles.this.open(archive.resolveSibling(name));
        }

        @Override
        public Optional<FileState> state() {
            return Optional.ofNullable(states.get(archive));
        }

        @Override
        public Optional<FileState> stateNow() {
            return FileState.of(archive);
        }

        @Override
        public boolean isOverwritten(String name) {
            Path file = archive.resolveSibling(name);
            FileState before = states.get(file);
            return before != null && FileState.of(file).filter(before::isOverwritten).isPresent();
        }
    }

    /** Unmaps all mapped files. */
    @Override
    public void close() {
        mappings.forEach(Mapping::close);
        mappings.clear();
    }
}
