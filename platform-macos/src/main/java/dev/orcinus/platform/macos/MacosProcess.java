package dev.orcinus.platform.macos;

import dev.orcinus.platform.posix.PosixProcess;

/** This process, as Orcinus uses it. */
final class MacosProcess extends PosixProcess {
    /** Does nothing: {@link MacosMemory} makes no shared memory. */
    @Override
    public void unlinkSharedMemoryOf(long pid) {}
}
