package dev.orcinus.platform.posix;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.host.HostProcess;

/** This process, as Orcinus uses it; systems keep shared memory in different places. */
public abstract class PosixProcess implements HostProcess {
    /** For the process of a system. */
    protected PosixProcess() {}

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
    public void exitNow(int status) {
        Unistd._exit(status);
    }
}
