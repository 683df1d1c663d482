package dev.orcinus.platform.linux;

import dev.orcinus.bindings.linux.Unistd;
import dev.orcinus.platform.spi.host.HostProcess;

/** This process, as Orcinus uses it. */
final class LinuxProcess implements HostProcess {
    @Override
    public long pid() {
        return Unistd.getpid();
    }

    @Override
    public int uid() {
        return Unistd.getuid();
    }

    @Override
    public boolean isTerminal(int descriptor) {
        return Unistd.isatty(descriptor) == 1;
    }

    @Override
    public void unlinkSharedMemoryOf(long pid) {
        SharedObjects.unlinkAllOf(pid);
    }

    @Override
    public void exitNow(int status) {
        Unistd._exit(status);
    }
}
