package dev.orcinus.platform.posix;

import static dev.orcinus.bindings.posix.Dlfcn.RTLD_LAZY;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Dlfcn;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Libraries by {@code dlopen}. The process's own symbols include those of the C++ runtime, which a
 * system opens for global use before they are looked up. Its own lock guards it.
 */
public abstract class DynamicLibraries implements GuestLibraries {
    private static final int LARGEST_CHARACTER = 3; // bytes of UTF-8 for a char

    private final int global;
    private ExecutorAddress process = ExecutorAddress.NULL;

    /**
     * For the libraries of a system.
     *
     * @param global {@code RTLD_GLOBAL}
     */
    protected DynamicLibraries(int global) {
        this.global = global;
    }

    @Override
    public final synchronized ExecutorAddress process() {
        if (process.isNull()) {
            openRuntimes();
            process = new ExecutorAddress(Dlfcn.dlopen(MemorySegment.NULL, RTLD_NOW));
        }
        return process;
    }

    /** Opens the libraries whose symbols belong to those of the process. */
    protected abstract void openRuntimes();

    /**
     * Opens a library for global use; one that is not installed is no error until one of its
     * symbols is looked up.
     */
    protected final void openQuietly(String library) {
        try (Arena arena = Arena.ofConfined()) {
            Dlfcn.dlopen(arena.allocateFrom(library), RTLD_NOW | global);
        }
    }

    @Override
    public final ExecutorAddress open(String path) throws HostCallException {
        return open(path, RTLD_LAZY | global);
    }

    /** Opens a library with a {@code mode} of {@code dlopen}. */
    public final ExecutorAddress open(String path, int mode) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            long handle = Dlfcn.dlopen(arena.allocateFrom(path), mode);
            if (handle == 0) {
                throw dynamicLinkerError("dlopen(" + path + ")");
            }
            return new ExecutorAddress(handle);
        }
    }

    @Override
    public final void close(ExecutorAddress handle) throws HostCallException {
        if (Dlfcn.dlclose(handle.value()) != 0) {
            throw dynamicLinkerError("dlclose(" + handle + ")");
        }
    }

    @Override
    public final List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        int longest = 0;
        for (String name : names) {
            longest = Math.max(longest, name.length());
        }
        List<ExecutorAddress> found = new ArrayList<>(names.size());
        try (Arena arena = Arena.ofConfined()) { // one buffer: a program may have 10000 names
            MemorySegment buffer = arena.allocate((long) longest * LARGEST_CHARACTER + 1);
            for (String name : names) {
                found.add(address(handle, name, buffer));
            }
        }
        return found;
    }

    /**
     * Returns the address of a symbol, or {@link ExecutorAddress#NULL}.
     *
     * @param buffer memory for the name
     */
    protected ExecutorAddress address(ExecutorAddress handle, String name, MemorySegment buffer) {
        buffer.setString(0, name);
        return new ExecutorAddress(Dlfcn.dlsym(handle.value(), buffer));
    }

    private static HostCallException dynamicLinkerError(String call) {
        String text = NativeMemory.string(Dlfcn.dlerror());
        return new HostCallException(call, 0, text == null ? call + " failed" : text);
    }
}
