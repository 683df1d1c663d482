package dev.orcinus.platform.linux;

import dev.orcinus.platform.posix.PosixProcess;
import dev.orcinus.platform.spi.host.HostTerminal;
import java.util.Optional;

/** This process, as Orcinus uses it. */
final class LinuxProcess extends PosixProcess {
    @Override
    public void unlinkSharedMemoryOf(long pid) {
        SharedObjects.unlinkAllOf(pid);
    }

    @Override
    public Optional<HostTerminal> openTerminal() {
        return LinuxTerminal.open();
    }
}
