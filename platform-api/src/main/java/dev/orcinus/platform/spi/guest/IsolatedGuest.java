package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A guest in a process of its own. If its code crashes or ends its process, calls return {@link
 * CallOutcome#gone}, and this process goes on.
 */
public interface IsolatedGuest extends Guest, AutoCloseable {
    /** Returns its process id. */
    long pid();

    /** Returns how it has ended, if it has. */
    Optional<GuestEnd> end();

    /**
     * Returns what its processes have taken so far.
     *
     * @param exactFrom if they have touched more bytes than that, what several of them have in
     *     common is counted once; else as often, which takes less time to find out
     */
    GuestUsage usage(long exactFrom);

    /** Waits for its end, and returns it. */
    GuestEnd awaitEnd();

    /**
     * Ends it at once.
     *
     * @param reason the end that callers are told of, if it has not ended by itself before
     */
    void kill(GuestEnd reason);

    /**
     * Notes its state, to which it can return after its end. The state is that of its memory and of
     * its first thread, on which no call may be in progress; a thread that has been prepared for
     * another thread of the guest cannot do this. Standard output is flushed before.
     *
     * @throws UnsupportedOperationException if it is a program
     */
    GuestCheckpoint checkpoint() throws HostCallException;

    /**
     * Returns whether its code has made threads that have not ended. A {@link #checkpoint} does not
     * have them.
     */
    boolean hasThreadsOfItsOwn();

    /**
     * Notes its state as {@link #checkpoint} does, if nothing runs in it: no call of a thread of
     * this process, and no thread that its own code has made.
     *
     * @param patience how long to wait for calls of other threads to return
     * @return empty if something runs
     */
    Optional<GuestCheckpoint> checkpointIfQuiet(Duration patience) throws HostCallException;

    /**
     * Makes each function in published code return at once from now on. For code that is about to
     * go, which something of the guest still refers to.
     *
     * @param code whole pages that are executable and not writable
     * @throws HostCallException if it cannot be written; some of it may have been
     */
    void makeReturn(List<AddressRange> code) throws HostCallException;

    /**
     * Lets its first thread forget the destructors of its thread-locals. Those in published code,
     * or in code that has gone, do not run; others, of libraries, do, and may end it. No guest code
     * may run meanwhile.
     *
     * @param code whole pages that are executable and not writable, or are not mapped any more
     * @throws HostCallException if it cannot be written
     */
    void forgetDestructors(List<AddressRange> code) throws HostCallException;

    /** Returns the calls of any shape, and the memory that both processes share. */
    IsolatedCalls calls();

    /**
     * Sets who is told of a crash before the process ends, also of one in a checkpoint that goes on
     * in its place. Ends that no signal handler can see, such as {@code SIGKILL} or an exit, are
     * not told.
     */
    void onCrash(CrashObserver observer);

    /**
     * Sets who is told, by a line each and on the thread that serves the call, of calls of Java
     * functions by guest code that fail and whose callers do not see that; standard error is, if
     * this has not been called.
     */
    void onUpcallFailure(Consumer<String> told);

    /**
     * Sets what is run after each end of its process, also of a checkpoint that has gone on in its
     * place: at once, on a thread of its own, which may let the guest return to a checkpoint.
     */
    void onEnd(Runnable observer);

    /** Returns the files that are mapped into it at this moment, in the order of addresses. */
    List<MappedFile> mappedFiles();

    /** Returns the code of its own program, which is below all guest code on each stack. */
    AddressRange ownCode();

    /**
     * Ends it, if it is a program whose code has not run, and starts it again in a process that has
     * what code needs.
     *
     * @return the guest that has taken its place
     * @throws HostCallException if the process cannot have that; nothing has changed then
     * @throws UnsupportedOperationException if it is no program
     */
    IsolatedGuest startAgain(ProgramNeeds needs) throws HostCallException;

    /**
     * Returns those definitions of a program that take the place of those of libraries, because
     * libraries that it is linked with have them, too.
     */
    Preemptable preemptable(List<LinkedProgram.Symbol> definitions);

    /**
     * Binds the libraries to definitions that {@link #preemptable} has returned, as a dynamic
     * linker does with those of an executable. From then on libraries may call code of the program.
     *
     * @throws HostCallException if the process does not let its libraries be written
     */
    void preempt(List<LinkedProgram.Symbol> definitions) throws HostCallException;

    /**
     * Introduces a linked program, whose code has not run, to the dynamic linker: {@code dladdr}
     * and {@code dl_iterate_phdr} know its code, unwinders that ask the dynamic linker find its
     * frames, and libraries that are opened later find its symbols. Does nothing where the dynamic
     * linker does not allow it (glibc before 2.36).
     *
     * @return why the process has no place for it; empty if it has one
     */
    Optional<String> introduce(LinkedProgram program) throws HostCallException;

    /**
     * Lets libraries that are opened later refer to symbols of a program that is placed and not
     * filled yet.
     */
    void offer(List<LinkedProgram.Symbol> symbols) throws HostCallException;

    /**
     * Waits for its end, and ends this process in the same way: with its status, or by its signal.
     * Java's shutdown hooks do not run.
     */
    void followEnd();

    /** Ends it if it runs, and frees what it has taken in this process, once. */
    @Override
    void close();
}
