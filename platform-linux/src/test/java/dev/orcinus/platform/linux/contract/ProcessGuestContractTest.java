package dev.orcinus.platform.linux.contract;

import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of a guest in a process of its own. */
final class ProcessGuestContractTest extends GuestContract {
    @TempDir private static Path folder;
    private static Path library;
    private static IsolatedGuest guest;

    @BeforeAll
    static void start() throws Exception {
        library = ContractLibrary.compile(folder);
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
    }

    @AfterAll
    static void end() {
        guest.close();
    }

    @Override
    Guest guest() {
        return guest;
    }

    @Override
    Path libraryFile() {
        return library;
    }
}
