package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;

/**
 * The code of JIT dylibs, wherever it is: runs what {@link JitDylibs} decides to run. Called on the
 * thread of whoever opens, updates or closes, without locks.
 */
public interface DylibCode {
    /**
     * Runs the functions of a recorded section, in the order that its kind says.
     *
     * @throws DylibException if one cannot be run; those before it have run
     */
    void run(FunctionSection section) throws DylibException;

    /**
     * Runs what a dylib has registered to be called at exit, the newest first.
     *
     * @param dylib its handle
     * @throws DylibException if something cannot be run
     */
    void runAtExits(ExecutorAddress dylib) throws DylibException;
}
