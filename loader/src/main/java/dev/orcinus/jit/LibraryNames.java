package dev.orcinus.jit;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.LibraryFile;
import dev.orcinus.loader.input.KnownFiles;
import dev.orcinus.loader.link.LateLibrary;
import dev.orcinus.loader.link.LibraryExports;
import dev.orcinus.loader.link.LibraryImports;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The names in a shared library.
 *
 * @param symbols those of symbols
 * @param threadLocal that of one of its thread-locals
 * @param needed those of libraries that it needs
 * @param searchPaths the folders, separated by colons, in which these are looked for first
 */
record LibraryNames(
        LateLibrary.Names symbols,
        Optional<String> threadLocal,
        List<String> needed,
        List<String> searchPaths) {
    private static final long MOST_KNOWN_BYTES = 8L << 20;
    private static final int LEAST_PART_OF_HEAP = 16;

    private static final KnownFiles<LibraryNames> KNOWN =
            new KnownFiles<>(
                    MOST_KNOWN_BYTES, LEAST_PART_OF_HEAP, names -> names.symbols().sizeBytes());

    /**
     * Reads a library, unless this JVM knows it; empty if it is no file, or damaged: what the
     * dynamic linker makes of it, it says.
     */
    static Optional<LibraryNames> of(Path path) {
        return KNOWN.get(path, LibraryNames::read);
    }

    private static Optional<LibraryNames> read(Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(path)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Optional<LibraryFile> file = LibraryFile.read(new FileBytes(path.toString(), bytes));
            return file.isPresent() ? Optional.of(all(file.get())) : Optional.empty();
        } catch (IOException | MalformedFileException e) {
            return Optional.empty();
        } catch (InternalError _) { // the file has become shorter since it was mapped
            return Optional.empty();
        }
    }

    private static LibraryNames all(LibraryFile file) throws MalformedFileException {
        LibraryExports exports = new LibraryExports();
        LibraryImports imports = new LibraryImports();
        file.exports(exports::add);
        file.imports(imports::add);
        return new LibraryNames(
                new LateLibrary.Names(exports, imports),
                file.threadLocal(),
                file.needed(),
                file.searchPaths());
    }
}
