package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LinuxLibrariesTest {
    private static final GuestLibraries LIBRARIES = GUEST.libraries();

    @Test
    void theProcessHasTheCAndTheCxxRuntime() {
        for (String name : new String[] {"printf", "__register_frame", "__cxa_throw", "_Znwm"}) {
            assertTrue(LIBRARIES.find(LIBRARIES.process(), name).isPresent(), name);
        }
        assertEquals(Optional.empty(), LIBRARIES.find(LIBRARIES.process(), "orcinus_nowhere"));
    }

    @Test
    void aLibraryIsOpenedAndClosed() throws HostCallException {
        ExecutorAddress library = LIBRARIES.open("libm.so.6");
        assertTrue(LIBRARIES.find(library, "cos").isPresent());
        LIBRARIES.close(library);
    }

    @Test
    void aMissingLibraryIsReportedInTheDynamicLinkersWords() {
        HostCallException missing =
                assertThrows(HostCallException.class, () -> LIBRARIES.open("/no/such/lib.so"));
        assertEquals(
                "/no/such/lib.so: cannot open shared object file: No such file or directory",
                missing.getMessage());
    }
}
