package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.Dlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.linux.Dlfcn.RTLD_LAZY;
import static dev.orcinus.bindings.linux.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.Dlfcn;
import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Libraries by {@code dlopen}. The JVM links the C++ runtime statically and hides it, so it is
 * opened for global use before the process's own symbols are asked for. Synchronized on itself.
 */
final class LinuxLibraries implements HostLibraries {
    private static final String[] CXX_RUNTIME = {Unwind.LIBRARY, "libstdc++.so.6"};

    private ExecutorAddress process = ExecutorAddress.NULL;

    @Override
    public synchronized ExecutorAddress process() {
        if (process.isNull()) {
            try (Arena arena = Arena.ofConfined()) {
                for (String library : CXX_RUNTIME) {
                    Dlfcn.dlopen(arena.allocateFrom(library), RTLD_NOW | RTLD_GLOBAL);
                }
            }
            process = new ExecutorAddress(Dlfcn.dlopen(MemorySegment.NULL, RTLD_NOW));
        }
        return process;
    }

    @Override
    public ExecutorAddress open(String path) throws HostCallException {
        return open(path, RTLD_LAZY);
    }

    /** Opens a library for global use, and resolves its functions now or when they are called. */
    ExecutorAddress open(String path, int when) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            long handle = Dlfcn.dlopen(arena.allocateFrom(path), when | RTLD_GLOBAL);
            if (handle == 0) {
                throw dynamicLinkerError("dlopen(" + path + ")");
            }
            return new ExecutorAddress(handle);
        }
    }

    @Override
    public void close(ExecutorAddress handle) throws HostCallException {
        if (Dlfcn.dlclose(handle.value()) != 0) {
            throw dynamicLinkerError("dlclose(" + handle + ")");
        }
    }

    @Override
    public Optional<ExecutorAddress> find(ExecutorAddress handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long address = Dlfcn.dlsym(handle.value(), arena.allocateFrom(name));
            return address == 0 ? Optional.empty() : Optional.of(new ExecutorAddress(address));
        }
    }

    private static HostCallException dynamicLinkerError(String call) {
        String text = NativeMemory.string(Dlfcn.dlerror());
        return new HostCallException(call, 0, text == null ? call + " failed" : text);
    }
}
