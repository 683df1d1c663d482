package dev.orcinus.platform.linux.channels;

import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostProvider;

/** The host that all tests of channels share. */
final class ThisHost {
    static final Host HOST = HostProvider.current();

    private ThisHost() {}
}
