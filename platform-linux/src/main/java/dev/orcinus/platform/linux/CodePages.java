package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.MemorySegment;

/** Puts our own machine code into pages of its own, which stay for the life of the process. */
final class CodePages {
    private CodePages() {}

    /**
     * Copies code and makes it executable.
     *
     * @return where it is, page aligned
     */
    static long install(GuestMemory memory, byte[] code) throws HostCallException {
        AddressRange pages = memory.map(code.length);
        memory.view(pages).copyFrom(MemorySegment.ofArray(code));
        memory.protect(pages, MemProt.READ_EXEC);
        memory.flushInstructionCache(pages);
        return pages.start().value();
    }
}
