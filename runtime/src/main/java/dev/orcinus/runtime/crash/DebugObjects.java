package dev.orcinus.runtime.crash;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.MalformedFileException;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.formats.elf.SectionHeader;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.runtime.observe.LoadedCode;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The object files with debug info that the linkers of code have put into guest memory. One thread
 * at a time may use it.
 */
final class DebugObjects {
    private static final long LARGEST_BYTES = 256 << 20;

    private final GuestPages memory;
    private final List<LoadedCode> described = new ArrayList<>();
    private final Deadline deadline;
    private final Map<LoadedCode, Optional<ElfFile>> known = new HashMap<>();

    DebugObjects(GuestPages memory, List<LoadedCode> loaded, Deadline deadline) {
        this.memory = memory;
        this.deadline = deadline;
        for (LoadedCode code : loaded) {
            if (code.debugObject().isPresent()) {
                described.add(code);
            }
        }
    }

    /**
     * Returns the object whose code lies at an address. Those nearest to it come first, because an
     * object and its code are put into memory one after the other, and a session may have
     * thousands.
     */
    Optional<ElfFile> at(long address) {
        List<LoadedCode> nearest = new ArrayList<>(described);
        nearest.sort(
                (one, other) -> Long.compare(distance(one, address), distance(other, address)));
        for (LoadedCode code : nearest) {
            if (deadline.isOver()) {
                break;
            }
            Optional<ElfFile> object = object(code);
            if (object.isPresent() && covers(object.get(), address)) {
                return object;
            }
        }
        return Optional.empty();
    }

    private static long distance(LoadedCode code, long address) {
        return Math.abs(code.debugObject().orElseThrow().start().value() - address);
    }

    private Optional<ElfFile> object(LoadedCode code) {
        Optional<ElfFile> object = known.get(code);
        if (object == null) {
            object = read(code.debugObject().orElseThrow());
            known.put(code, object);
        }
        return object;
    }

    private Optional<ElfFile> read(AddressRange range) {
        if (Long.compareUnsigned(range.sizeBytes(), LARGEST_BYTES) > 0) {
            return Optional.empty();
        }
        byte[] bytes = new byte[(int) range.sizeBytes()];
        if (!memory.read(range.start().value(), bytes)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    ElfFile.read(new FileBytes("a debug object", MemorySegment.ofArray(bytes))));
        } catch (MalformedFileException e) {
            return Optional.empty();
        }
    }

    private static boolean covers(ElfFile object, long address) {
        for (SectionHeader section : object.sections()) {
            boolean isPlaced = section.address() != 0;
            if (isPlaced
                    && Long.compareUnsigned(address - section.address(), section.sizeBytes()) < 0) {
                return true;
            }
        }
        return false;
    }
}
