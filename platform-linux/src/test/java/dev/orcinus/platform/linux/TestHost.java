package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestMemory.Publication;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;
import java.util.List;

/** The host that all tests of this JVM share, its guest, and the steps that many tests share. */
final class TestHost {
    static final Host HOST = HostProvider.current();
    static final InProcessGuest GUEST = HOST.guestInThisProcess();

    private TestHost() {}

    /** Calls a function of one argument that returns {@code int}. */
    static int callInt(ExecutorAddress function, long argument) {
        return GUEST.invoker().call(GuestCall.of(function, argument)).value().intValue();
    }

    static ExecutorAddress export(ExportedFunction function) {
        try {
            return GUEST.export(List.of(function)).getFirst();
        } catch (HostCallException e) {
            throw new AssertionError(e);
        }
    }

    static void publish(AddressRange pages, MemProt prot) throws HostCallException {
        GUEST.memory().publish(List.of(new Publication(pages, prot)));
    }

    static void unmap(AddressRange pages) throws HostCallException {
        for (HostCallException failure : GUEST.memory().unmap(List.of(pages)).values()) {
            throw failure;
        }
    }
}
