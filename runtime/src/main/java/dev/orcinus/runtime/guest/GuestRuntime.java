package dev.orcinus.runtime.guest;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.observe.CodeEvents;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import dev.orcinus.runtime.unwind.UnwindRegistry;
import java.time.Duration;

/**
 * A guest as one session uses it: the memory that the session holds, the calls and threads of its
 * code, and the registrations of this code. Many threads may use it.
 */
public final class GuestRuntime {
    private static final CheckpointOptions WITHOUT_CHECKPOINTS =
            new CheckpointOptions(false, Duration.ZERO);

    private static final Checkpoints.Listener NOBODY =
            new Checkpoints.Listener() {
                @Override
                public Runnable survived(GuestEnd end, Checkpoints.Work during, int undone) {
                    return () -> {};
                }

                @Override
                public Runnable lost(GuestEnd end, String problem) {
                    return () -> {};
                }
            };

    private final Guest guest;
    private final MemoryManager memory;
    private final GuestCalls calls;
    private final GuestThreads threads;
    private final UnwindRegistry unwind;
    private final CodeEvents code;
    private final AtExits atExits;
    private final ThreadLocalBlocks threadLocals;
    private final OpenedLibraries libraries;
    private final Checkpoints checkpoints;

    /** A session that holds nothing of the guest yet, and ends with the guest. */
    public GuestRuntime(Guest guest) {
        this(guest, GuestLimits.NONE, WITHOUT_CHECKPOINTS, NOBODY);
    }

    /**
     * A session that holds nothing of the guest yet.
     *
     * @param listener is told when the guest ends, if that has a process of its own
     */
    public GuestRuntime(
            Guest guest,
            GuestLimits limits,
            CheckpointOptions options,
            Checkpoints.Listener listener) {
        this.guest = guest;
        this.checkpoints = new Checkpoints(guest, options, listener);
        this.memory = new MemoryManager(guest.memory(), limits.memory());
        this.calls = new GuestCalls(guest, memory, checkpoints);
        this.threads = new GuestThreads(guest.process(), limits.calls(), checkpoints);
        this.unwind = new UnwindRegistry(guest, memory);
        this.code = CodeEvents.of(guest, memory);
        this.atExits = new AtExits(guest.process(), calls, memory);
        this.threadLocals = new ThreadLocalBlocks(guest.threadLocals());
        this.libraries = new OpenedLibraries(guest, checkpoints);
        checkpoints.add(libraries);
        checkpoints.add(threadLocals);
        checkpoints.add(code);
    }

    /** Returns the guest itself. */
    public Guest guest() {
        return guest;
    }

    /** Returns the states that the guest can return to. */
    public Checkpoints checkpoints() {
        return checkpoints;
    }

    /** Returns the memory that the session holds. */
    public MemoryManager memory() {
        return memory;
    }

    /** Returns the way into guest code. */
    public GuestCalls calls() {
        return calls;
    }

    /** Returns the threads that guest code runs on. */
    public GuestThreads threads() {
        return threads;
    }

    /** Returns the unwind info of its code. */
    public UnwindRegistry unwind() {
        return unwind;
    }

    /** Returns the events that tell observers of its code. */
    public CodeEvents code() {
        return code;
    }

    /** Returns the at-exit functions that its code has registered. */
    public AtExits atExits() {
        return atExits;
    }

    /** Returns the libraries that the controller has opened. */
    public OpenedLibraries libraries() {
        return libraries;
    }

    /** Returns the thread-local storage of its code. */
    public ThreadLocalBlocks threadLocals() {
        return threadLocals;
    }

    /**
     * Returns whether a deallocation may run on the thread that asks for it: it runs no guest code,
     * and no guest thread is idle whose thread-locals may have destructors in the memory that goes.
     */
    public boolean canDeallocateHere(Deallocation deallocation) {
        return !deallocation.runsGuestCode() && !threads.hasIdle();
    }

    /**
     * Runs a deallocation on the calling thread, which is no guest thread. Guest threads end before
     * memory goes, so that the destructors of their thread-locals find their code; this includes
     * the thread that runs the actions.
     */
    public void deallocate(Deallocation deallocation) throws AllocationException {
        deallocate(deallocation, () -> {});
    }

    /**
     * Does the same, with a step between the dealloc actions that run guest code and the end of the
     * memory, after which a timer of guest code would crash.
     */
    public void deallocate(Deallocation deallocation, Runnable beforeMemoryGoes)
            throws AllocationException {
        try {
            threads.retireIdle();
            if (deallocation.runsGuestCode()) {
                threads.run(
                                () -> {
                                    deallocation.runActions();
                                    return null;
                                })
                        .join();
                threads.retireIdle();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        beforeMemoryGoes.run();
        checkpoints.enter();
        try {
            deallocation.run();
        } finally {
            checkpoints.leave();
        }
    }

    /**
     * Gives everything back on the calling thread. No guest thread may be in use.
     *
     * @throws AllocationException if a dealloc action fails, or memory cannot be given back
     * @throws HostCallException if thread-local storage cannot be closed
     */
    public void close() throws AllocationException, HostCallException {
        memory.close();
        threadLocals.closeAll();
    }
}
