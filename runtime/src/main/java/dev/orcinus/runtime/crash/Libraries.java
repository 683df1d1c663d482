package dev.orcinus.runtime.crash;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.MappedFile;
import java.lang.foreign.Arena;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/** The libraries of a guest, as they are mapped. One thread at a time may use it. */
final class Libraries {
    private final GuestPages memory;
    private final List<MappedFile> files;
    private final Arena arena;
    private final IdentityHashMap<MappedFile, Optional<Library>> known = new IdentityHashMap<>();

    /**
     * The libraries among some files.
     *
     * @param files in the order of addresses
     * @param arena how long their files stay mapped here
     */
    Libraries(GuestPages memory, List<MappedFile> files, Arena arena) {
        this.memory = memory;
        this.files = files;
        this.arena = arena;
    }

    /** Returns the library at an address. */
    Optional<Library> at(ExecutorAddress address) {
        MappedFile first = null;
        for (MappedFile file : files) {
            if (first == null || file.offset() == 0 || !file.path().equals(first.path())) {
                first = file;
            }
            if (file.range().contains(address)) {
                return library(first);
            }
        }
        return Optional.empty();
    }

    private Optional<Library> library(MappedFile first) {
        Optional<Library> library = known.get(first);
        if (library == null) {
            library = Library.at(memory, first, arena);
            known.put(first, library);
        }
        return library;
    }
}
