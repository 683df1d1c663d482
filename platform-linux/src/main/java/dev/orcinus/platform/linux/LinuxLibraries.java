package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.Dlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.linux.Dlfcn.RTLD_LAZY;
import static dev.orcinus.bindings.linux.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.linux.Dlfcn;
import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Libraries by {@code dlopen}. The JVM links the C++ runtime statically and hides it, so it is
 * opened for global use before the process's own symbols are looked up. Its own lock guards it.
 */
final class LinuxLibraries implements GuestLibraries {
    private static final String CXX_RUNTIME = "libstdc++.so.6";

    /** {@code std::__once_callable}. */
    private static final String CXX_THREAD_LOCAL = "_ZSt15__once_callable";

    private static boolean cxxRuntimeOpen;

    private final Processor processor;
    private ExecutorAddress process = ExecutorAddress.NULL;

    LinuxLibraries(Processor processor) {
        this.processor = processor;
    }

    @Override
    public synchronized ExecutorAddress process() {
        if (process.isNull()) {
            openQuietly(Unwind.LIBRARY);
            openCxxRuntime(processor);
            process = new ExecutorAddress(Dlfcn.dlopen(MemorySegment.NULL, RTLD_NOW));
        }
        return process;
    }

    /**
     * Opens the C++ runtime through a library that wants the runtime's thread-locals in static TLS.
     * Code of the initial-exec model may refer to them, and they cannot move there once one has
     * been used in another way. If there is no room for them, only such code is refused.
     */
    private static synchronized void openCxxRuntime(Processor processor) {
        if (cxxRuntimeOpen) {
            return;
        }
        cxxRuntimeOpen = true;
        SharedObject pin =
                new SharedObject(processor.elfMachine(), "liborcinus-cxx.so").needs(CXX_RUNTIME);
        int variable = pin.importThreadLocal(CXX_THREAD_LOCAL);
        pin.relocate(0, processor.threadPointerRelocation(), variable, 0);
        byte[] content = pin.data(new byte[Long.BYTES]).isStatic(true).write();
        try (MemoryFile file = MemoryFile.write("orcinus-cxx", content)) {
            openNamed(file.uniquePath(), RTLD_NOW | RTLD_GLOBAL);
        } catch (HostCallException noRoomOrNoRuntime) {
            openQuietly(CXX_RUNTIME);
        }
    }

    /**
     * Opens a library; one that is not installed is no error until one of its symbols is looked up.
     */
    private static void openQuietly(String library) {
        try (Arena arena = Arena.ofConfined()) {
            Dlfcn.dlopen(arena.allocateFrom(library), RTLD_NOW | RTLD_GLOBAL);
        }
    }

    @Override
    public ExecutorAddress open(String path) throws HostCallException {
        return open(path, RTLD_LAZY | RTLD_GLOBAL);
    }

    /** Opens a library with a {@code mode} of {@code dlopen}. */
    ExecutorAddress open(String path, int mode) throws HostCallException {
        return openNamed(path, mode);
    }

    private static ExecutorAddress openNamed(String path, int mode) throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            long handle = Dlfcn.dlopen(arena.allocateFrom(path), mode);
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
    public List<ExecutorAddress> find(ExecutorAddress handle, List<String> names) {
        List<ExecutorAddress> found = new ArrayList<>(names.size());
        for (String name : names) {
            found.add(address(handle, name));
        }
        return found;
    }

    private static ExecutorAddress address(ExecutorAddress handle, String name) {
        try (Arena arena = Arena.ofConfined()) {
            int at = name.indexOf('@');
            if (at > 0) {
                return new ExecutorAddress(
                        Dlfcn.dlvsym(
                                handle.value(),
                                arena.allocateFrom(name.substring(0, at)),
                                arena.allocateFrom(name.substring(at + 1))));
            }
            return new ExecutorAddress(Dlfcn.dlsym(handle.value(), arena.allocateFrom(name)));
        }
    }

    private static HostCallException dynamicLinkerError(String call) {
        String text = NativeMemory.string(Dlfcn.dlerror());
        return new HostCallException(call, 0, text == null ? call + " failed" : text);
    }
}
