package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Copies the data of dylibs out of the guest's memory and back. */
final class GuestData {
    private final GuestMemory memory;

    GuestData(GuestMemory memory) {
        this.memory = memory;
    }

    /** Returns the present values of a range. */
    InitialData.Values copy(AddressRange range) throws DylibException {
        byte[] bytes = new byte[Math.toIntExact(range.sizeBytes())];
        if (!memory.tryRead(range.start(), MemorySegment.ofArray(bytes))) {
            throw new DylibException("the data " + range + " cannot be read");
        }
        return new InitialData.Values(range, bytes);
    }

    /**
     * Writes the recorded values back.
     *
     * @throws DylibException if some cannot be written; all others have been written
     */
    void restore(InitialData data) throws DylibException {
        List<String> failures = new ArrayList<>();
        for (InitialData.Values values : data.all()) {
            MemorySegment bytes = MemorySegment.ofArray(values.written());
            if (!memory.tryWrite(bytes, values.range().start())) {
                failures.add("the data " + values.range() + " cannot be written");
            }
        }
        if (!failures.isEmpty()) {
            throw new DylibException(String.join("; ", failures));
        }
    }
}
