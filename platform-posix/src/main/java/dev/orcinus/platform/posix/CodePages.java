package dev.orcinus.platform.posix;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Puts our own machine code into pages of its own, which stay for the life of the process. */
public final class CodePages {
    private CodePages() {}

    /**
     * Copies code and makes it executable.
     *
     * @return its address, page aligned
     */
    public static long install(GuestMemory memory, byte[] code) throws HostCallException {
        AddressRange pages = memory.map(code.length);
        memory.fill(AddressRange.of(pages.start(), code.length))
                .copyFrom(MemorySegment.ofArray(code));
        memory.publish(List.of(new Publication(pages, MemProt.READ_EXEC)));
        return pages.start().value();
    }
}
