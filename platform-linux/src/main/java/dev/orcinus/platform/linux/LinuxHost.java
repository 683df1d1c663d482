package dev.orcinus.platform.linux;

import dev.orcinus.platform.linux.channels.LinuxChannels;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostProcess;

/** The services of Linux. Each takes resources of the OS at its first use. */
final class LinuxHost implements Host {
    private final Processor processor;
    private final LinuxChannels channels = new LinuxChannels();
    private final LinuxProcess process = new LinuxProcess();
    private LinuxGuest guest;

    LinuxHost(Processor processor) {
        this.processor = processor;
    }

    @Override
    public HostChannels channels() {
        return channels;
    }

    @Override
    public HostProcess process() {
        return process;
    }

    @Override
    public synchronized InProcessGuest guestInThisProcess() {
        if (guest == null) {
            guest = new LinuxGuest(processor);
        }
        return guest;
    }
}
