package dev.orcinus.platform.linux;

import dev.orcinus.platform.posix.PosixProcess;

/** This process, as Orcinus uses it. */
final class LinuxProcess extends PosixProcess {
    @Override
    public void unlinkSharedMemoryOf(long pid) {
        SharedObjects.unlinkAllOf(pid);
    }
}
