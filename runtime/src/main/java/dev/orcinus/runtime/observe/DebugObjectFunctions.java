package dev.orcinus.runtime.observe;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.ElfFunctions;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The functions of an object file for debuggers, which lies in guest memory. It has no state. */
final class DebugObjectFunctions {
    private static final long LARGEST_BYTES = 64 << 20;

    private DebugObjectFunctions() {}

    /**
     * Returns the functions, at the addresses that their sections have got; none if the object
     * cannot be read.
     */
    static List<SymbolRange> of(GuestMemory memory, AddressRange object) {
        if (Long.compareUnsigned(object.sizeBytes(), LARGEST_BYTES) > 0) {
            return List.of();
        }
        MemorySegment bytes = MemorySegment.ofArray(new byte[(int) object.sizeBytes()]);
        if (!memory.tryRead(object.start(), bytes)) {
            return List.of();
        }
        try {
            ElfFile file = ElfFile.read(new FileBytes("a debug object", bytes));
            return new ElfFunctions(file).all().stream().map(DebugObjectFunctions::range).toList();
        } catch (MalformedFileException e) {
            return List.of();
        }
    }

    private static SymbolRange range(ElfFunctions.Sized function) {
        ExecutorAddress start = new ExecutorAddress(function.start());
        return new SymbolRange(
                function.name(), AddressRange.of(start, Math.max(0, function.sizeBytes())));
    }
}
