package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The guest's dynamic linker. The initializers of libraries that a program opens wait for {@link
 * GuestInvoker#initializeLibraries} or {@link GuestInvoker#runProgram}, where that can be arranged.
 */
public interface GuestLibraries {
    /**
     * Returns the handle of the guest's process itself, in whose symbols the C++ runtime ({@code
     * libstdc++}, {@code libgcc_s}) is included where it is installed; in a program, after {@link
     * #prepareFor} has been told a name of it: a program may have another C++ runtime.
     */
    ExecutorAddress process();

    /**
     * Returns the same handle, if it is known before what {@link #process} opens is open: who uses
     * the handle waits for that.
     */
    default ExecutorAddress processHandle() {
        return process();
    }

    /** Returns whether what {@link #process} opens is open, so that nobody waits for that. */
    default boolean isOpen() {
        return true;
    }

    /**
     * Opens what {@link #process} opens when it is called first. If a guest is busy with that, the
     * calling thread does something else meanwhile.
     *
     * @param meanwhile throws nothing, and does not wait for the guest; need not be done
     */
    default void openWith(Runnable meanwhile) {
        var _ = process();
    }

    /**
     * Opens a shared library for global use.
     *
     * @param path as {@code dlopen} takes it
     * @return its handle
     * @throws HostCallException with the dynamic linker's own message
     */
    ExecutorAddress open(String path) throws HostCallException;

    /**
     * Opens a shared library for global use, and lets code of the initial-exec model refer to its
     * thread-locals, as it may to those of libraries that a process starts with; if that can be
     * arranged.
     *
     * @param path as {@code dlopen} takes it
     * @param threadLocal one of the thread-locals that it exports
     * @return its handle
     * @throws HostCallException with the dynamic linker's own message
     */
    default ExecutorAddress open(String path, String threadLocal) throws HostCallException {
        return open(path);
    }

    /**
     * Opens shared libraries together, for global use: as those that a process starts with, each
     * after the libraries that it needs. What cannot be opened is left out, without a word.
     *
     * @param paths as {@code dlopen} takes them, in the order in which their symbols count
     * @param threadLocals a thread-local of each of those libraries that export some
     */
    default void openTogether(List<String> paths, List<String> threadLocals) {}

    /**
     * Returns the folders, absolute paths, that the guest's environment names for libraries ({@code
     * LD_LIBRARY_PATH}).
     */
    default List<String> searchPath() {
        return List.of();
    }

    /**
     * Returns the paths of the libraries whose symbols come before those of all others, because the
     * guest's environment says so ({@code LD_PRELOAD}), in their order.
     */
    default List<String> preloaded() {
        return List.of();
    }

    /**
     * Returns those definitions of a library that would take the place of definitions of libraries
     * which are open, or satisfy references of these, if the library was there from the start of
     * the process; none if it is.
     *
     * @param file the library's file
     * @param before the files of libraries whose definitions come first
     * @param definitions returns names, each followed by an at sign and a version if it has one; it
     *     is asked only if the library is none of the system's own
     */
    default List<String> replaced(
            Path file, List<Path> before, Supplier<List<String>> definitions) {
        return List.of();
    }

    /** Gives a handle from {@link #open} back. */
    void close(ExecutorAddress handle) throws HostCallException;

    /**
     * Is told names that linked code refers to, and that neither it nor libraries that it has named
     * define.
     *
     * @param handle from {@link #process} or {@link #open}
     */
    default void prepareFor(ExecutorAddress handle, List<String> names) {}

    /**
     * Returns whether libraries may export inline functions and variables, as those of C++ do.
     *
     * @param handle from {@link #process} or {@link #open}
     */
    default boolean mayHaveInlineSymbols(ExecutorAddress handle) {
        return true;
    }

    /**
     * Looks symbols up, with one request.
     *
     * @param handle from {@link #process} or {@link #open}
     * @param names C-level names, without an object format's prefix; {@code f@V} is the version
     *     {@code V} of a symbol, on systems whose libraries have versions
     * @return an address for each name; {@link ExecutorAddress#NULL} where there is no such symbol
     */
    List<ExecutorAddress> find(ExecutorAddress handle, List<String> names);

    /** Looks one symbol up. */
    default Optional<ExecutorAddress> find(ExecutorAddress handle, String name) {
        ExecutorAddress found = find(handle, List.of(name)).getFirst();
        return found.isNull() ? Optional.empty() : Optional.of(found);
    }
}
