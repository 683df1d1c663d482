package dev.orcinus.loader.input;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of open files. Small ones are read into the heap, so that thousands of objects need no
 * mappings; others are mapped until this is closed. Only one thread at a time may use it.
 */
public final class InputFiles implements AutoCloseable {
    private static final long LARGEST_IN_HEAP_BYTES = 256 << 10;

    private final List<Mapping> mappings = new ArrayList<>();

    /** Returns the content of a file. */
    public MemorySegment open(Path file) throws IOException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is no regular file");
        }
        try (FileChannel channel = FileChannel.open(file)) {
            return channel.size() <= LARGEST_IN_HEAP_BYTES ? read(file) : map(channel);
        }
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

    /** Returns the files in the folder of {@code archive}. */
    public MemberFiles beside(Path archive) {
        return name -> open(archive.resolveSibling(name));
    }

    /** Unmaps all mapped files. */
    @Override
    public void close() {
        mappings.forEach(Mapping::close);
        mappings.clear();
    }
}
