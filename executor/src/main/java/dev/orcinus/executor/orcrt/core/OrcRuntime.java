package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.formats.ar.ArchiveWriter;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.Triple;
import dev.orcinus.runtime.dylib.LinkingController;
import java.util.List;

/**
 * A replacement of LLVM's ORC runtime for one object format: its names, and the functions that know
 * the format's sections. This package holds the rest, which is the same for all formats.
 */
public interface OrcRuntime {
    /** Returns whether code for a target has this format. */
    boolean supports(Triple target);

    /**
     * Returns the functions that the thunks call, by number. Number 0 is the first use of a
     * thread-local, {@code void f(entry)}; number 1 links the function of a lazy trampoline, {@code
     * void *f(void *)}.
     */
    List<? extends EntryPoint> entryPoints();

    /** Returns LLVM's name of a handler of the controller. */
    String symbol(Tag tag);

    /** Returns the object file of the archive. */
    RuntimeObject object(RuntimeCode code, Layout layout);

    /** Returns the bytes of the archive of the objects that have been added to it. */
    default byte[] archive(ArchiveWriter objects) {
        return objects.write();
    }

    /** Returns the linking half of a controller that has linked the archive. */
    Linker linker(LineController controller);

    /** A controller as the linker of its dylibs. Thread-safe. */
    interface Linker extends LinkingController {
        /** Returns the functions for this controller. */
        Functions functions(Platform platform);
    }

    /** The functions behind the entry points, for one platform. Thread-safe. */
    interface Functions {
        /** Returns the wrapper function of an entry point. */
        WrapperFunction wrapper(EntryPoint entryPoint);

        /** Calls the function of an entry point that is a C function. */
        long call(EntryPoint entryPoint, Registers arguments);

        /** Frees what the functions hold, when the memory of the thunks is freed. */
        void close() throws ActionFailedException;
    }
}
