package dev.orcinus.platform.spi;

import dev.orcinus.platform.ExecutorAddress;

/** This process. */
public interface HostProcess {
    /** Its process id. */
    long pid();

    /** The real user id that it runs as. */
    int uid();

    /** Whether a descriptor of this process is a terminal. */
    boolean isTerminal(int descriptor);

    /** Flushes all C stdio streams ({@code fflush(NULL)}). */
    void flushStdio();

    /**
     * Prepares the calling platform thread for guest code: gives it a signal stack, so that an
     * overflow of the guest's stack is reported like other crashes instead of ending the process
     * without a word. Once per thread.
     *
     * @return what takes the signal stack back; called on the same thread before it ends
     */
    AutoCloseable prepareGuestThread() throws HostCallException;

    /** The kernel's id of the calling thread. */
    long currentThreadId();

    /**
     * Whether a thread of this process still exists. A Java thread that has been joined may still
     * be running its native part's thread-local destructors; once this is false they have run.
     *
     * @param threadId from {@link #currentThreadId}
     */
    boolean hasThread(long threadId);

    /** {@code __cxa_atexit(function, argument, dsoHandle)}. */
    void atExit(ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle);

    /**
     * {@code __cxa_finalize(dsoHandle)}: runs what was registered for that handle, newest first, on
     * this thread.
     */
    void runAtExits(ExecutorAddress dsoHandle);

    /** Ends the process as C's {@code abort} does. */
    void abort();

    /** Ends the process at once ({@code _exit}): no handlers, no flushing. */
    void exitNow(int status);
}
