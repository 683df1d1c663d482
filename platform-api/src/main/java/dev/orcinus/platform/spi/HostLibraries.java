package dev.orcinus.platform.spi;

import dev.orcinus.platform.ExecutorAddress;
import java.util.Optional;

/** The dynamic linker. */
public interface HostLibraries {
    /**
     * The handle of the process itself, in whose symbols the C++ runtime ({@code libstdc++}, {@code
     * libgcc_s}) is included where it is installed.
     */
    ExecutorAddress process();

    /**
     * Opens a shared library for global use.
     *
     * @param path as {@code dlopen} takes it
     * @return its handle
     * @throws HostCallException with the dynamic linker's own message
     */
    ExecutorAddress open(String path) throws HostCallException;

    /** Gives a handle from {@link #open} back. */
    void close(ExecutorAddress handle) throws HostCallException;

    /**
     * The address of a symbol.
     *
     * @param handle from {@link #process} or {@link #open}
     * @param name the C-level name, without an object format's prefix
     */
    Optional<ExecutorAddress> find(ExecutorAddress handle, String name);
}
