package dev.orcinus.runtime.observe;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.dwarf.LineTable;
import dev.orcinus.formats.elf.ElfDebugInfo;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * An object file for debuggers, which lies in guest memory. Its sections have the addresses that
 * they have got. It does not change.
 */
final class DebugObjectFile {
    private static final long LARGEST_BYTES = 64 << 20;

    private final ElfFile file;

    private DebugObjectFile(ElfFile file) {
        this.file = file;
    }

    /** Reads an object; returns nothing if it cannot be read, or is too large. */
    static Optional<DebugObjectFile> read(GuestMemory memory, AddressRange object) {
        if (Long.compareUnsigned(object.sizeBytes(), LARGEST_BYTES) > 0) {
            return Optional.empty();
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) object.sizeBytes()]);
        if (!memory.tryRead(object.start(), bytes)) {
            return Optional.empty();
        }
        try {
            ElfFile file = ElfFile.read(new FileBytes("a debug object", bytes));
            return Optional.of(new DebugObjectFile(file));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    /** Returns the functions; none if the object is malformed. */
    List<SymbolRange> functions() {
        try {
            return new ElfFunctions(file).all().stream().map(DebugObjectFile::range).toList();
        } catch (MalformedFileException e) {
            return List.of();
        }
    }

    private static SymbolRange range(ElfFunctions.Sized function) {
        ExecutorAddress start = new ExecutorAddress(function.start());
        return new SymbolRange(
                function.name(), AddressRange.of(start, Math.max(0, function.sizeBytes())));
    }

    /** Returns the lines of the code; nothing if there are none, or the object is malformed. */
    Optional<LineTable> lines() {
        try {
            return Optional.of(LineTable.read(new ElfDebugInfo(file).lines()));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }
}
