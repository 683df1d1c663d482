package dev.orcinus.platform.linux;

import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;

/** The host that all tests of this JVM share. */
final class TestHost {
    static final Host HOST = HostProvider.current();

    private TestHost() {}
}
