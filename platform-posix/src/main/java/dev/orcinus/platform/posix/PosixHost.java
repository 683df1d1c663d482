package dev.orcinus.platform.posix;

import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostProcess;

/** The services of a system. Each takes resources of the OS at its first use. */
public abstract class PosixHost implements Host {
    private final HostChannels channels;
    private final HostProcess process;
    private InProcessGuest guest;

    /**
     * For the host of a system.
     *
     * @param channels its channels
     * @param process this process
     */
    protected PosixHost(HostChannels channels, HostProcess process) {
        this.channels = channels;
        this.process = process;
    }

    @Override
    public final HostChannels channels() {
        return channels;
    }

    @Override
    public final HostProcess process() {
        return process;
    }

    @Override
    public final synchronized InProcessGuest guestInThisProcess() {
        if (guest == null) {
            guest = makeGuest();
        }
        return guest;
    }

    /** Makes the guest; called once. */
    protected abstract InProcessGuest makeGuest();
}
