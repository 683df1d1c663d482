package dev.orcinus.platform.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HostTest {
    @Test
    void aFailedCallNamesCallReasonAndNumber() {
        HostCallException e =
                new HostCallException("mmap(size=0x1000)", 12, "Cannot allocate memory");
        assertEquals("mmap(size=0x1000): Cannot allocate memory (errno 12)", e.getMessage());
        assertEquals("mmap(size=0x1000)", e.call());
        assertEquals(12, e.errno());
    }

    @Test
    void aCallThatReportsTextOnlySpeaksForItself() {
        String text = "libx.so: cannot open shared object file: No such file or directory";
        HostCallException e = new HostCallException("dlopen(libx.so)", 0, text);
        assertEquals(text, e.getMessage());
        assertEquals("dlopen(libx.so)", e.call());
    }

    @Test
    void withoutAProviderThereIsNoHost() {
        UnsupportedOperationException e =
                assertThrows(UnsupportedOperationException.class, HostProvider::current);
        String expected =
                "no Orcinus host for "
                        + System.getProperty("os.name")
                        + " on "
                        + System.getProperty("os.arch");
        assertTrue(e.getMessage().startsWith(expected), e::getMessage);
        if (System.getProperty("os.name").equals("Linux")) {
            assertTrue(e.getMessage().contains("artifact orcinus-platform-linux"), e::getMessage);
        }
    }
}
