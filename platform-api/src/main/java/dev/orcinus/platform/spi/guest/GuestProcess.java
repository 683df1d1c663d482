package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;

/** The process that guest code lives in. */
public interface GuestProcess {
    /** Returns its process id. */
    long pid();

    /** Flushes all C stdio streams ({@code fflush(NULL)}). */
    void flushStdio();

    /**
     * Writes text to its standard error, past C stdio. While a thread of another process is stopped
     * in a crash, this is done on that thread, if the caller observes the crash.
     */
    void printError(String text);

    /**
     * Takes memory from the C heap ({@code malloc}).
     *
     * @throws OutOfMemoryError if there is none
     */
    ExecutorAddress allocate(long sizeBytes);

    /** Gives memory from {@link #allocate} back. */
    void free(ExecutorAddress memory);

    /**
     * Prepares the calling platform thread for guest code. The guest gives it a thread of its own
     * if it lives in another process, and a signal stack, so that an overflow of the stack is
     * reported like other crashes. Called once per thread.
     */
    PreparedThread prepareThread() throws HostCallException;

    /**
     * Prepares the calling platform thread as {@link #prepareThread} does, for the guest's first
     * thread, on which a program runs. A guest in this process has none to give, and prepares the
     * thread for its own.
     */
    default PreparedThread prepareMainThread() throws HostCallException {
        return prepareThread();
    }

    /** Calls {@code __cxa_atexit(function, argument, dsoHandle)}. */
    void atExit(ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle);

    /**
     * Ends the process as C's {@code exit} does: with its at-exit functions, and flushing. Returns
     * only if the caller is another process.
     */
    void exit(int status);

    /** Ends the process as C's {@code abort} does. Returns only if that is another process. */
    void abort();
}
