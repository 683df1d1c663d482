package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;

/** Written libraries in this process. Many threads may use it. */
final class OwnLibraries implements WrittenLibraries {
    private static ExecutorAddress threadExit = ExecutorAddress.NULL;

    private final LinuxLibraries libraries;
    private final Processor processor;

    OwnLibraries(LinuxLibraries libraries, Processor processor) {
        this.libraries = libraries;
        this.processor = processor;
    }

    @Override
    public ExecutorAddress open(String name, byte[] content, int mode) throws HostCallException {
        try (MemoryFile file = MemoryFile.write(name, content)) {
            return libraries.open(file.uniquePath(), mode);
        }
    }

    @Override
    public MemorySegment read(ExecutorAddress start, long sizeBytes) {
        return NativeMemory.view(start.value(), sizeBytes);
    }

    @Override
    public ExecutorAddress threadExit() throws HostCallException {
        return threadExit(this, processor);
    }

    private static synchronized ExecutorAddress threadExit(
            OwnLibraries libraries, Processor processor) throws HostCallException {
        if (threadExit.isNull()) {
            byte[] content = ThreadExitLibrary.write(processor);
            threadExit = libraries.open("orcinus-thread-exit", content, RTLD_NOW);
        }
        return threadExit;
    }

    @Override
    public Runnable state() {
        return () -> {
            throw new UnsupportedOperationException("this process returns to no state");
        };
    }

    @Override
    public void tidyEnvironment() {
        StaticRoom.tidyEnvironment();
    }
}
