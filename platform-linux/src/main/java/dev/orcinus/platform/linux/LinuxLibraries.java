package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxDlfcn.RTLD_GLOBAL;
import static dev.orcinus.bindings.posix.Dlfcn.RTLD_NOW;

import dev.orcinus.bindings.linux.LinuxDlfcn;
import dev.orcinus.bindings.linux.Unwind;
import dev.orcinus.formats.elf.SharedObject;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.posix.DynamicLibraries;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Libraries of Linux. The JVM links the C++ runtime statically and hides it. */
public final class LinuxLibraries extends DynamicLibraries {
    /** The C++ runtime. */
    public static final String CXX_RUNTIME = "libstdc++.so.6";

    /** The C compiler's runtime, with the unwinder. */
    public static final String GCC_RUNTIME = Unwind.LIBRARY;

    /** {@code std::__once_callable}. */
    private static final String CXX_THREAD_LOCAL = "_ZSt15__once_callable";

    private static boolean cxxRuntimeOpen;

    private final Processor processor;

    LinuxLibraries(Processor processor) {
        super(RTLD_GLOBAL);
        this.processor = processor;
    }

    @Override
    protected void openRuntimes() {
        openQuietly(GCC_RUNTIME);
        synchronized (LinuxLibraries.class) {
            if (!cxxRuntimeOpen) {
                cxxRuntimeOpen = true;
                openCxxRuntime();
            }
        }
    }

    /**
     * Opens the C++ runtime through a library that wants the runtime's thread-locals in static TLS.
     * Code of the initial-exec model may refer to them, and they cannot move there once one has
     * been used in another way. If there is no room for them, only such code is refused.
     */
    private void openCxxRuntime() {
        byte[] content = pinOfCxxRuntime(processor);
        try (MemoryFile file = MemoryFile.write("orcinus-cxx", content)) {
            open(file.uniquePath(), RTLD_NOW | RTLD_GLOBAL);
        } catch (HostCallException noRoomOrNoRuntime) {
            openQuietly(CXX_RUNTIME);
        }
    }

    /** Returns the bytes of a library that wants the C++ runtime's thread-locals in static TLS. */
    public static byte[] pinOfCxxRuntime(Processor processor) {
        return pin(processor, "liborcinus-cxx.so", List.of(CXX_RUNTIME), List.of(CXX_THREAD_LOCAL))
                .write();
    }

    /**
     * Returns a library that needs others, and wants thread-locals of them in static TLS.
     *
     * @param name its own name
     * @param libraries the others, as {@code dlopen} takes them
     * @param threadLocals some that the others export
     */
    public static SharedObject pin(
            Processor processor, String name, List<String> libraries, List<String> threadLocals) {
        SharedObject pin = new SharedObject(processor.elfMachine(), name);
        libraries.forEach(pin::needs);
        int at = 0;
        for (String threadLocal : threadLocals) {
            int variable = pin.importThreadLocal(threadLocal);
            pin.relocate(at, processor.threadPointerRelocation(), variable, 0);
            at += Long.BYTES;
        }
        return pin.data(new byte[at]).isStatic(!threadLocals.isEmpty());
    }

    /** Returns the address of a symbol, whose name may be followed by an at sign and a version. */
    @Override
    protected ExecutorAddress address(ExecutorAddress handle, String name, MemorySegment buffer) {
        int at = name.indexOf('@');
        if (at <= 0) {
            return super.address(handle, name, buffer);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment symbol = arena.allocateFrom(name.substring(0, at));
            MemorySegment version = arena.allocateFrom(name.substring(at + 1));
            return new ExecutorAddress(LinuxDlfcn.dlvsym(handle.value(), symbol, version));
        }
    }
}
