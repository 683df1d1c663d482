package dev.orcinus.platform.linux;

import static dev.orcinus.platform.linux.TestHost.GUEST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

    /** The C library of x86-64 has had a realpath before 2.3 that needs a buffer. */
    @Test
    void aVersionOfASymbolIsFound() {
        boolean isX64 = GUEST.triple().arch().equals("x86_64");
        ExecutorAddress process = LIBRARIES.process();
        Optional<ExecutorAddress> newest = LIBRARIES.find(process, "realpath");
        String version = isX64 ? "realpath@GLIBC_2.3" : "realpath@GLIBC_2.17";
        assertEquals(newest, LIBRARIES.find(process, version));
        Optional<ExecutorAddress> old = LIBRARIES.find(process, "realpath@GLIBC_2.2.5");
        assertEquals(isX64, old.isPresent());
        assertNotEquals(newest, old);
        assertEquals(Optional.empty(), LIBRARIES.find(process, "realpath@GLIBC_9.9"));
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
