package dev.orcinus.executor.orcrt.core;

import dev.orcinus.executor.session.WrapperFunction;
import dev.orcinus.memory.AllocationAction.ActionFailedException;
import dev.orcinus.platform.Triple;
import java.util.List;

/**
 * What takes the place of LLVM's ORC runtime for one object format: its names, and what its
 * functions do with the sections of an object. All else is the same for all formats, and in this
 * package.
 */
public interface OrcRuntime {
    /** Whether code for a target has this format. */
    boolean supports(Triple target);

    /**
     * What the thunks enter, by number. Number 0 is the first use of a thread-local, {@code void
     * f(entry)}; number 1 finds what a lazy trampoline stands for, {@code void *f(void *)}.
     */
    List<? extends EntryPoint> entryPoints();

    /** LLVM's name of a handler of the controller. */
    String symbol(Tag tag);

    /** The object file of the archive. */
    RuntimeObject object(RuntimeCode code, Layout layout);

    /** The functions for one controller that has linked the archive. */
    Functions functions(Platform platform);

    /** What the entry points do, for one platform. For many threads. */
    interface Functions {
        /** The function of an entry point that is no C function. */
        WrapperFunction wrapper(EntryPoint entryPoint);

        /** Calls the function of an entry point that is a C function. */
        long call(EntryPoint entryPoint, Registers arguments);

        /** The thunks go. */
        void close() throws ActionFailedException;
    }
}
