package dev.orcinus.runtime.guest;

import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.runtime.observe.CodeEvents;
import dev.orcinus.runtime.threadlocals.ThreadLocalBlocks;
import dev.orcinus.runtime.unwind.UnwindRegistry;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

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

                @Override
                public Runnable incomplete(String problem) {
                    return () -> {};
                }
            };

    /** Is made with this class, so that each start has it from its cache, whatever it releases. */
    @SuppressWarnings("UnnecessaryLambda")
    private static final Runnable NOTHING = () -> {};

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

    /** Those for which guest code and destructors run at this moment. */
    private final Set<Deallocation> going = ConcurrentHashMap.newKeySet();

    /** Ends the idle guest threads, and waits until all that are ending have ended. */
    @FunctionalInterface
    interface Retirement {
        /** Does it. */
        void retireIdle() throws InterruptedException;
    }

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
        checkpoints.setCode(this::codePages);
        checkpoints.add(libraries);
        checkpoints.add(threadLocals);
        checkpoints.add(code);
    }

    /** Returns the pages of code, also of code that goes. */
    private List<AddressRange> codePages() {
        Set<AddressRange> pages = new LinkedHashSet<>(memory.code());
        going.forEach(deallocation -> pages.addAll(deallocation.code()));
        return List.copyOf(pages);
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
     * and no guest thread is idle or ending whose thread-locals may have destructors in the memory
     * that goes. A controller that a destructor waits for may give back what it has not used.
     */
    public boolean canDeallocateHere(Deallocation deallocation) {
        return deallocation.isOfUnused()
                || (!deallocation.runsGuestCode()
                        && !threads.hasIdle()
                        && !checkpoints.hasDestructorsBack());
    }

    /**
     * Takes no memory from now on if there is none, and no guest thread may have destructors to
     * run.
     *
     * @return whether there is nothing to release at the end of the session
     */
    public boolean closeIfUnused() {
        return !threads.hasIdle() && !checkpoints.hasDestructorsBack() && memory.closeIfEmpty();
    }

    /**
     * Runs a deallocation on the calling thread, which is no guest thread. Guest threads end before
     * memory goes, so that the destructors of their thread-locals find their code; this includes
     * the thread that runs the actions.
     *
     * @param beforeMemoryGoes a step between guest code that runs here and the end of the memory,
     *     after which a timer of guest code would crash; left out if none runs
     */
    public void deallocate(Deallocation deallocation, Runnable beforeMemoryGoes)
            throws AllocationException {
        boolean runsGuestCode =
                deallocation.runsGuestCode()
                        || threads.hasIdle()
                        || checkpoints.hasDestructorsBack();
        deallocate(deallocation, threads::retireIdle, runsGuestCode ? beforeMemoryGoes : NOTHING);
    }

    /**
     * Runs a deallocation in the same way. Destructors may wait for a controller that waits for the
     * deallocation.
     *
     * @param limit how long destructors may take
     * @param late is run if they take longer, perhaps several times; then the deallocation goes on
     */
    public void deallocate(Deallocation deallocation, Duration limit, Runnable late)
            throws AllocationException {
        deallocate(deallocation, () -> threads.retireIdle(limit, late), NOTHING);
    }

    private void deallocate(
            Deallocation deallocation, Retirement retirement, Runnable beforeMemoryGoes)
            throws AllocationException {
        going.add(deallocation);
        try {
            endGuestCode(deallocation, retirement);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException noThread) {
            deallocation.runActions(); // here, as at the end of a session; code may leave things
        } finally {
            going.remove(deallocation);
        }
        beforeMemoryGoes.run();
        checkpoints.enter();
        try {
            deallocation.run();
        } finally {
            checkpoints.leave();
        }
    }

    /** Runs what guest code has left in memory that goes: destructors, then dealloc actions. */
    private void endGuestCode(Deallocation deallocation, Retirement retirement)
            throws InterruptedException {
        long returnsBefore = checkpoints.returns();
        Optional<CompletableFuture<Void>> begun = beginActions(deallocation);
        try {
            retirement.retireIdle();
        } finally {
            if (begun.isPresent()) { // also if interrupted: the actions use the memory
                finish(begun.get(), retirement);
            }
        }
        if (checkpoints.hasDestructorsBack()) {
            runAndRetire(NOTHING, retirement); // by the first thread, as no thread is idle
        }
        runActions(deallocation, retirement);
        if (checkpoints.returns() != returnsBefore) {
            dropDestructors(deallocation, retirement);
        }
        checkpoints.memoryGoes();
    }

    /**
     * Has the first thread, if it is the only one, run its destructors and then the actions, for
     * which nobody else has to be woken. If the guest returns meanwhile, it has destructors again,
     * which run before any action.
     */
    private Optional<CompletableFuture<Void>> beginActions(Deallocation deallocation) {
        if (!deallocation.runsGuestCode()) {
            return Optional.empty();
        }
        return threads.endFirstAndRun(
                () -> {
                    if (!checkpoints.hasDestructorsBack()) {
                        runActionsWhileAlive(deallocation);
                    }
                    return null;
                });
    }

    /** In a guest that is gone, all actions fail; that is left to who finds it so afterwards. */
    private void runActionsWhileAlive(Deallocation deallocation) {
        if (checkpoints.lives()) {
            deallocation.runActions(checkpoints);
        }
    }

    /**
     * Runs the actions. As long as the guest returns from its ends, each runs in a guest that
     * lives; if it does not return, or only when other work has ended, the actions left fail.
     */
    private void runActions(Deallocation deallocation, Retirement retirement)
            throws InterruptedException {
        while (deallocation.runsGuestCode()) {
            runAndRetire(() -> runActionsWhileAlive(deallocation), retirement);
            if (!checkpoints.lives()) {
                runAndRetire(deallocation::runActions, retirement);
            }
        }
    }

    /**
     * Runs work on a guest thread, which ends then, also if as many calls run as may: guest code
     * would leave its thread-locals on any other one.
     *
     * @throws RejectedExecutionException if no thread can be made
     */
    private void runAndRetire(Runnable work, Retirement retirement) throws InterruptedException {
        CompletableFuture<Void> done =
                threads.runForCallAndEnd(
                        () -> {
                            work.run();
                            return null;
                        });
        finish(done, retirement);
    }

    /** Waits for work, and for the end of the thread that has done it. */
    private static void finish(CompletableFuture<Void> done, Retirement retirement)
            throws InterruptedException {
        try {
            done.join();
        } catch (CompletionException e) {
            throw thrownBy(e);
        }
        retirement.retireIdle();
    }

    private static RuntimeException thrownBy(CompletionException work) {
        if (work.getCause() instanceof Error bug) {
            throw bug;
        }
        return work.getCause() instanceof RuntimeException thrown ? thrown : work;
    }

    /**
     * Lets the guest forget destructors in code that goes. It has returned to a state in which
     * those are registered again that have run, and the one that has crashed. Nothing but to run
     * them makes the C library forget them, so they return at once.
     */
    private void dropDestructors(Deallocation deallocation, Retirement retirement)
            throws InterruptedException {
        checkpoints.makeReturn(deallocation.code());
        runAndRetire(() -> atExits.runUndone(deallocation::isOf), retirement);
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
