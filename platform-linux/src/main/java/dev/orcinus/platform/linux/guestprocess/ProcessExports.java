package dev.orcinus.platform.linux.guestprocess;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.linux.guestprocess.program.EntryCode;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Gives Java functions addresses in a guest process: a few instructions per function, which carry
 * its number. They stay for the life of the guest. Any thread may add functions.
 */
final class ProcessExports {
    private final NativeGuest guest;
    private final GuestMemory memory;

    ProcessExports(NativeGuest guest, GuestMemory memory) {
        this.guest = guest;
        this.memory = memory;
    }

    List<ExecutorAddress> add(List<ExportedFunction> functions) throws HostCallException {
        return add(functions, ProcessExports::kind);
    }

    private static GuestProgram kind(ExportedFunction function) {
        return switch (function.inForkedChild()) {
            case NOTHING -> GuestProgram.UPCALL;
            case ENDS -> GuestProgram.CALLBACK;
            case EXITS -> GuestProgram.UPCALL_OR_EXIT;
        };
    }

    /**
     * Adds functions.
     *
     * @param kind the part of the guest's program that calls them
     */
    List<ExecutorAddress> add(List<ExportedFunction> functions, GuestProgram kind)
            throws HostCallException {
        return add(functions, _ -> kind);
    }

    private List<ExecutorAddress> add(
            List<ExportedFunction> functions, Function<ExportedFunction, GuestProgram> kinds)
            throws HostCallException {
        int first = guest.exports().add(functions);
        AddressRange pages = memory.map((long) functions.size() * EntryCode.BYTES);
        byte[] code = new byte[functions.size() * EntryCode.BYTES];
        List<ExecutorAddress> addresses = new ArrayList<>(functions.size());
        for (int i = 0; i < functions.size(); i++) {
            int offset = i * EntryCode.BYTES;
            ExecutorAddress upcall = guest.address(kinds.apply(functions.get(i)));
            byte[] entry = EntryCode.of(guest.processor(), first + i, upcall);
            System.arraycopy(entry, 0, code, offset, entry.length);
            addresses.add(pages.start().plus(offset));
        }
        MemorySegment.copy(code, 0, memory.fill(pages), JAVA_BYTE, 0, code.length);
        memory.publish(List.of(new Publication(pages, MemProt.READ_EXEC)));
        return addresses;
    }
}
