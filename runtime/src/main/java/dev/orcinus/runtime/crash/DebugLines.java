package dev.orcinus.runtime.crash;

import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.LineSearch;
import dev.orcinus.formats.dwarf.SourceLine;
import dev.orcinus.formats.elf.ElfDebugInfo;
import dev.orcinus.formats.elf.ElfFile;
import java.util.List;
import java.util.Optional;

/** Finds the source lines of addresses. */
final class DebugLines {
    private DebugLines() {}

    /** Returns the line of an address of a file, if that has debug info of it. */
    static Optional<SourceLine> find(ElfFile file, long address) {
        try {
            return Optional.ofNullable(
                    LineSearch.find(new ElfDebugInfo(file).lines(), List.of(address)).get(address));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }
}
