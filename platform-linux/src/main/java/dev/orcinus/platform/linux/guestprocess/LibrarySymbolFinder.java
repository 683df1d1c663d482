package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.Elf;
import dev.orcinus.formats.elf.LibraryFile;
import dev.orcinus.formats.elf.VersionedSymbol;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.MemoryMaps;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.linux.guestprocess.start.ProgramLibraries;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds symbols in the files of the libraries that a process has loaded. It is for one search. */
final class LibrarySymbolFinder {
    private final MemoryMaps maps;
    private final Map<String, LibraryFile> files = new HashMap<>();
    private final List<VersionedSymbol> functions = new ArrayList<>();
    private final List<LowSymbols.Variable> variables = new ArrayList<>();
    private final Set<VersionedSymbol> known = new HashSet<>();

    LibrarySymbolFinder(MemoryMaps maps) {
        this.maps = maps;
    }

    /**
     * Adds a symbol.
     *
     * @param name its name, which may be followed by an at sign and a version
     * @param address where the process has it
     * @throws HostCallException if it has no place in a library's file, or cannot have another one
     */
    void add(String name, ExecutorAddress address) throws HostCallException {
        String path =
                maps.libraryAt(address)
                        .orElseThrow(() -> failed(name, "it lies in no library's file"));
        try {
            LibraryFile file = file(path);
            int at = name.indexOf('@');
            String plain = at < 0 ? name : name.substring(0, at);
            String version = at < 0 ? "" : name.substring(at + 1);
            LibraryFile.Symbol symbol =
                    file.find(plain, version)
                            .orElseThrow(() -> failed(name, path + " has no such name"));
            add(file, symbol, ProgramLibraries.name(path));
        } catch (IOException | MalformedFileException e) {
            throw failed(name, e.getMessage());
        }
    }

    private LibraryFile file(String path)
            throws IOException, MalformedFileException, HostCallException {
        LibraryFile file = files.get(path);
        if (file == null) {
            MemorySegment bytes = MemorySegment.ofArray(Files.readAllBytes(Path.of(path)));
            Optional<LibraryFile> read = LibraryFile.read(new FileBytes(path, bytes));
            file = read.orElseThrow(() -> failed(path, "it is no library"));
            files.put(path, file);
        }
        return file;
    }

    private void add(LibraryFile file, LibraryFile.Symbol symbol, String library)
            throws MalformedFileException, HostCallException {
        VersionedSymbol versioned = versioned(symbol, library);
        if (!known.add(versioned)) {
            return;
        }
        if (symbol.isFunction()) {
            functions.add(versioned);
            return;
        }
        if (symbol.type() == Elf.STT_TLS || symbol.sizeBytes() == 0) {
            throw failed(symbol.name(), "it is no variable of " + library + " with a size");
        }
        List<VersionedSymbol> names = new ArrayList<>();
        for (LibraryFile.Symbol alias : file.namesOf(symbol)) {
            if (alias.visibility() == Elf.STV_PROTECTED) {
                throw failed(symbol.name(), "it is protected in " + library);
            }
            names.add(versioned(alias, library));
        }
        known.addAll(names);
        variables.add(new LowSymbols.Variable(names, symbol.sizeBytes(), symbol.alignmentBytes()));
    }

    private static VersionedSymbol versioned(LibraryFile.Symbol symbol, String library) {
        return new VersionedSymbol(symbol.name(), symbol.version(), library);
    }

    private static HostCallException failed(String symbol, String reason) {
        return new HostCallException("copy", 0, "'" + symbol + "' cannot be moved: " + reason);
    }

    LowSymbols symbols() {
        return new LowSymbols(functions, variables);
    }
}
