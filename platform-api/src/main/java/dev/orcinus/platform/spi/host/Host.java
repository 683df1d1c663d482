package dev.orcinus.platform.spi.host;

import dev.orcinus.platform.spi.guest.InProcessGuest;

/**
 * The services that one operating system offers to Orcinus itself. All of them may be called from
 * any thread.
 */
public interface Host {
    /** Returns the services for descriptors, sockets, and the peers behind them. */
    HostChannels channels();

    /** Returns the process that Orcinus runs in. */
    HostProcess process();

    /**
     * Returns the guest whose code lives in this process. It is always the same one. If its code
     * faults, this process ends.
     */
    InProcessGuest guestInThisProcess();
}
