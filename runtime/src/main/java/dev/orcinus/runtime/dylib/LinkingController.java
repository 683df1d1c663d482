package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * Who links the code of JIT dylibs: an LLVM controller at the other end of a line, or a loader in
 * this process. Called without locks, on the thread of whoever opens, updates or looks up; while a
 * call lasts, code may be allocated and sections recorded.
 */
public interface LinkingController {
    /**
     * Links and allocates all that has initializers in a dylib and in what it is linked against,
     * and has their sections recorded.
     *
     * @param dylib its handle
     * @return the dylib and all that it is linked against, directly or not, with their links
     * @throws DylibException with the controller's message, if something cannot be linked
     */
    List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException;

    /**
     * The address of a symbol that a dylib exports; it is linked first if it is not yet.
     *
     * @throws DylibException with the controller's message
     */
    ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) throws DylibException;

    /**
     * What a dylib is linked against.
     *
     * @param dylib its handle
     * @param dependencies handles, in link order
     */
    record Links(ExecutorAddress dylib, List<ExecutorAddress> dependencies) {}
}
