package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A guest for debuggers. The main class of a JVM of its own. */
final class DebuggedGuest {
    private final Guest guest;

    private DebuggedGuest(Guest guest) {
        this.guest = guest;
    }

    /**
     * Loads a relocatable object as LLVM's debug objects are, and prints the process and the
     * address of the code; after a character of standard input it registers the object, and calls
     * its code.
     */
    static void run(Guest guest, Path file) throws Exception {
        new DebuggedGuest(guest).callWhenTold(file);
    }

    /** Does the same in a guest process, once more after it has gone on from a checkpoint. */
    static void runIsolated(Path file) throws Exception {
        try (IsolatedGuest guest = TestHost.HOST.startGuest(GuestOptions.ofSession())) {
            GuestCheckpoint checkpoint = guest.checkpoint();
            run(guest, file);
            checkpoint.restore();
            run(guest, file);
        }
    }

    private void callWhenTold(Path file) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        AddressRange pages = guest.memory().map(bytes.length);
        AddressRange object = AddressRange.of(pages.start(), bytes.length);
        MemorySegment view = guest.memory().fill(object);
        view.copyFrom(MemorySegment.ofArray(bytes));
        AddressRange code = place(view);
        publish(pages, MemProt.READ);
        System.out.println("ready " + code.start() + " in " + guest.process().pid());
        System.in.read();
        guest.debugger().register(object);
        System.out.println("result " + call(code.start(), 5));
        guest.debugger().unregister(object);
    }

    private int call(ExecutorAddress function, long argument) {
        return guest.invoker().call(GuestCall.of(function, argument)).value().intValue();
    }

    private void publish(AddressRange pages, MemProt prot) throws HostCallException {
        guest.memory().publish(List.of(new Publication(pages, prot)));
    }

    /** Copies the allocated sections, and notes their addresses in the section headers. */
    private AddressRange place(MemorySegment object) throws Exception {
        AddressRange code = guest.memory().map(1 << 16);
        long headers = object.get(JAVA_LONG_UNALIGNED, 0x28);
        long at = 0;
        for (int i = 0; i < object.get(JAVA_SHORT_UNALIGNED, 0x3c); i++) {
            MemorySegment header = object.asSlice(headers + i * 64L, 64);
            long size = header.get(JAVA_LONG_UNALIGNED, 0x20);
            if ((header.get(JAVA_LONG_UNALIGNED, 8) & 2) != 0 && size != 0) {
                header.set(JAVA_LONG_UNALIGNED, 0x10, code.start().value() + at);
                long offset = header.get(JAVA_LONG_UNALIGNED, 0x18);
                MemorySegment.copy(object, offset, guest.memory().fill(code), at, size);
                at = (at + size + 63) & -64;
            }
        }
        publish(code, MemProt.READ_EXEC);
        return code;
    }
}
