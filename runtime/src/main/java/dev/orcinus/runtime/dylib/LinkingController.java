package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * The linker of the code of JIT dylibs: an LLVM controller at the other end of a connection, or a
 * loader in this process. It is called without locks, on the thread that opens, updates or looks
 * up; during a call, code may be allocated and sections recorded.
 */
public interface LinkingController {
    /**
     * Links and allocates all code with initializers in a dylib and in those that it is linked
     * against, and records their sections.
     *
     * @param dylib its handle
     * @return the dylib and all that it is linked against, directly or not, with their links
     * @throws DylibException with the controller's message, if code cannot be linked
     */
    List<Links> pushInitializers(ExecutorAddress dylib) throws DylibException;

    /**
     * Returns the address of a symbol that a dylib exports; it is linked first if it is not yet.
     *
     * @throws DylibException with the controller's message
     */
    ExecutorAddress lookUp(ExecutorAddress dylib, String symbol) throws DylibException;

    /**
     * The dylibs that a dylib is linked against.
     *
     * @param dylib its handle
     * @param dependencies handles, in link order
     */
    record Links(ExecutorAddress dylib, List<ExecutorAddress> dependencies) {}
}
