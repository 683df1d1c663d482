package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.contract.CompiledLibrary;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The shapes of calls on this processor. */
final class CallShapesTest extends CallShapes {
    @TempDir private static Path folder;
    private static Path library;
    private static IsolatedGuest guest;

    @BeforeAll
    static void start() throws Exception {
        library = CompiledLibrary.compile("cc", folder, "shapes.c", source());
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
    }

    @AfterAll
    static void end() {
        if (guest != null) {
            guest.close();
        }
    }

    @Override
    IsolatedGuest guest() {
        return guest;
    }

    @Override
    String library() {
        return library.toString();
    }
}
