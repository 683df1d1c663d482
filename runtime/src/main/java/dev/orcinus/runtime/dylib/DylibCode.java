package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * The code of JIT dylibs, in this process or another: runs the functions that {@link JitDylibs}
 * decides to run. It is called on the thread that opens, updates or closes a dylib, without locks.
 */
public interface DylibCode {
    /**
     * Runs the functions of recorded sections, one section after the other, each in the order of
     * its kind.
     *
     * @throws DylibException if one cannot be run; those before it have been run
     */
    void run(List<FunctionSection> sections) throws DylibException;

    /**
     * Returns whether many sections are to be run at a time. That is for code in another process:
     * it makes no calls back while it runs, so no section is added or removed in the meantime. If
     * not, {@link #run} gets one section at a time, and changes that it makes to the others take
     * effect at once.
     */
    boolean runsTogether();

    /**
     * Runs the at-exit functions that a dylib has registered, the newest first.
     *
     * @param dylib its handle
     * @throws DylibException if one cannot be run
     */
    void runAtExits(ExecutorAddress dylib) throws DylibException;
}
