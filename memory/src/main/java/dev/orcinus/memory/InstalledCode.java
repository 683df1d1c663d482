package dev.orcinus.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Code of ours in a guest, which belongs to no reservation and stays as long as the guest. */
public final class InstalledCode {
    private InstalledCode() {}

    /**
     * Puts code into pages of its own.
     *
     * @param code instructions, which run where they are put
     * @return the address of the first byte
     * @throws HostCallException if the guest has no memory for it
     */
    public static ExecutorAddress install(GuestMemory memory, byte[] code)
            throws HostCallException {
        AddressRange pages = memory.map(code.length);
        memory.fill(AddressRange.of(pages.start(), code.length))
                .copyFrom(MemorySegment.ofArray(code));
        memory.publish(List.of(new Publication(pages, MemProt.READ_EXEC)));
        return pages.start();
    }
}
