package dev.orcinus.platform.linux;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;

/** Shared libraries that are written into memory and opened in a process, and their data. */
public interface WrittenLibraries {
    /**
     * Opens a library.
     *
     * @param name of the file, for {@code /proc}
     * @param content the bytes of the file
     * @param mode of {@code dlopen}
     * @return its handle
     */
    ExecutorAddress open(String name, byte[] content, int mode) throws HostCallException;

    /** Returns the data of a library that has been opened. */
    MemorySegment read(ExecutorAddress start, long sizeBytes);

    /**
     * Returns the handle of the library that keeps the destructors of thread-locals, {@link
     * ThreadExitLibrary}. It is opened once in a process, and never closed: glibc calls it when
     * threads end.
     */
    ExecutorAddress threadExit() throws HostCallException;

    /**
     * Returns a step that makes it know what it knows now, when the process returns to its state.
     */
    Runnable state();

    /** Removes the setting by which the process got room for static thread-local storage. */
    void tidyEnvironment();
}
