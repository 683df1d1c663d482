package dev.orcinus.jit.unwinding;

import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The process in which native code runs. Many threads use it. */
public interface NativeSide {
    /** Returns the process as the linker sees it. */
    LinkTarget target();

    /** Writes words to variables of linked code. */
    void write(ExecutorAddress place, long... words);

    /**
     * Runs a step when the process has gone back to what it was earlier: what was written since is
     * lost.
     */
    void onRestored(Runnable step);

    /**
     * Copies memory.
     *
     * @return whether all of it is readable
     */
    boolean read(ExecutorAddress start, MemorySegment target);

    /** Returns addresses at which native code calls Java as long as the process is used. */
    List<ExecutorAddress> export(List<ExportedFunction> functions);

    /** Calls a function with up to four words. */
    long call(ExecutorAddress function, long a, long b, long c, long d);

    /**
     * Returns lines that name functions.
     *
     * @param callers the addresses behind calls, the innermost first
     */
    List<String> frames(List<ExecutorAddress> callers);
}
