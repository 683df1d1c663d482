package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;

/**
 * The code of JIT dylibs, wherever it is: runs what {@link JitDylibs} decides to run. Called on the
 * thread of whoever opens, updates or closes, without locks.
 */
public interface DylibCode {
    /**
     * Runs the functions of recorded sections, one section after the other, in the order that each
     * one's kind says.
     *
     * @throws DylibException if one cannot be run; those before it have run
     */
    void run(List<FunctionSection> sections) throws DylibException;

    /**
     * Whether many sections are to be run at a time. That is for code in another process: it calls
     * nobody here while it runs, so no section is added or goes meanwhile. If not, {@link #run}
     * gets one at a time, and what it does to the others counts at once.
     */
    boolean runsTogether();

    /**
     * Runs what a dylib has registered to be called at exit, the newest first.
     *
     * @param dylib its handle
     * @throws DylibException if something cannot be run
     */
    void runAtExits(ExecutorAddress dylib) throws DylibException;
}
