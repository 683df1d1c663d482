package dev.orcinus.jit;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.LibraryFile;
import dev.orcinus.loader.link.LibraryExports;
import dev.orcinus.loader.link.LibraryImports;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The names of the symbols of a shared library.
 *
 * @param exports those that it defines
 * @param imports those that it refers to and does not define
 * @param threadLocal one of its thread-locals
 */
record LibraryNames(LibraryExports exports, LibraryImports imports, Optional<String> threadLocal) {
    /**
     * Reads a library; empty if it is not given as an absolute path of a file, or its file is
     * damaged: what the dynamic linker makes of it, it says.
     */
    static Optional<LibraryNames> read(String library) {
        Path path = Path.of(library);
        if (!path.isAbsolute() || !Files.isRegularFile(path)) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(path)) {
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Optional<LibraryFile> file = LibraryFile.read(new FileBytes(library, bytes));
            return file.isPresent() ? Optional.of(of(file.get())) : Optional.empty();
        } catch (IOException | MalformedFileException e) {
            return Optional.empty();
        } catch (InternalError _) { // the file has become shorter since it was mapped
            return Optional.empty();
        }
    }

    private static LibraryNames of(LibraryFile file) throws MalformedFileException {
        LibraryExports exports = new LibraryExports();
        LibraryImports imports = new LibraryImports();
        file.exports(exports::add);
        file.imports(imports::add);
        return new LibraryNames(exports, imports, file.threadLocal());
    }
}
