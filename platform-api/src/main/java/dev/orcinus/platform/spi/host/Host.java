package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.guest.InProcessGuest;

/**
 * The services that one operating system offers to Orcinus itself. All of them may be called from
 * any thread.
 */
public interface Host {
    /** Descriptors, sockets, and the peers behind them. */
    HostChannels channels();

    /** The process that Orcinus runs in. */
    HostProcess process();

    /**
     * The guest whose code lives in this process. It is always the same one. Code of it that faults
     * ends this process.
     */
    InProcessGuest guestInThisProcess();
}
