package dev.orcinus.platform.macos;

import dev.orcinus.platform.posix.PosixProcess;
import java.nio.file.Path;

/** This process, as Orcinus uses it. */
final class MacosProcess extends PosixProcess {
    /** Does nothing: {@link MacosMemory} makes no shared memory. */
    @Override
    public void unlinkSharedMemoryOf(long pid) {}

    @Override
    public void endStraysOf(long pid) {}

    @Override
    public void removeAtEnd(Path folder) {}
}
