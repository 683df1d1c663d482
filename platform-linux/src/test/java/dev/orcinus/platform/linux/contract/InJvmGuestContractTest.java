package dev.orcinus.platform.linux.contract;

import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the guest in this JVM. */
final class InJvmGuestContractTest extends GuestContract {
    @TempDir private static Path folder;
    private static Path library;
    private static final Guest GUEST = HostProvider.current().guestInThisProcess();

    @BeforeAll
    static void compile() throws Exception {
        library = ContractLibrary.compile(folder);
    }

    @Override
    Guest guest() {
        return GUEST;
    }

    @Override
    Path libraryFile() {
        return library;
    }
}
