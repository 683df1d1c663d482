package dev.orcinus.platform.spi.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class HostProviderTest {
    @Test
    void withoutAProviderThereIsNoHost() {
        UnsupportedOperationException e =
                assertThrows(UnsupportedOperationException.class, HostProvider::current);
        assertEquals(
                "no Orcinus host for "
                        + System.getProperty("os.name")
                        + " on "
                        + System.getProperty("os.arch"),
                e.getMessage());
    }
}
