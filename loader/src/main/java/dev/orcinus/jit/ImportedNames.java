package dev.orcinus.jit;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.LibraryFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The symbols to which shared libraries refer that they do not define. One thread may use it. */
final class ImportedNames {
    private final Set<String> names = new HashSet<>();

    /**
     * Adds those of a library that is a file; of one that is named only, nothing is known.
     *
     * @return a thread-local that it exports, if it has one
     */
    Optional<String> addThoseOf(String library) {
        Path path = Path.of(library);
        if (path.isAbsolute() && Files.isRegularFile(path)) {
            try {
                MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(path));
                Optional<LibraryFile> file = LibraryFile.read(new FileBytes(library, bytes));
                if (file.isPresent()) {
                    file.get().addImports(names);
                    return file.get().threadLocal();
                }
            } catch (IOException | MalformedFileException e) {
                // what the dynamic linker cannot bind, it says
            }
        }
        return Optional.empty();
    }

    boolean contains(String name) {
        return names.contains(name);
    }

    boolean isEmpty() {
        return names.isEmpty();
    }
}
