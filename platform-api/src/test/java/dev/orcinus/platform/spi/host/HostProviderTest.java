package dev.orcinus.platform.spi.host;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class HostProviderTest {
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
