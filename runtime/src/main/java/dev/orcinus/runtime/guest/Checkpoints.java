package dev.orcinus.runtime.guest;

import dev.orcinus.memory.ActionGuest;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.flight.FlightNote;
import dev.orcinus.runtime.flight.FlightNotes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The states that a guest process can return to. A state is noted before a piece of work runs guest
 * code for the first time, unless the last one is current; and unless it links, and there is none
 * ({@link #whileLinking}). If the guest ends, it returns to the last state: at once if no work is
 * done, else as soon as the last piece of work has ended, and before the result of that is known;
 * and notes its state again, so that it can return from whatever runs next, on whichever thread.
 * {@link GuestBooks} of this process return with it. A guest in this process has no such states,
 * and nothing is done here. Many threads may use it; its lock guards it, and is held while the
 * guest returns and the listener is told, so that who holds it sees a guest, books and a session
 * that agree.
 */
public final class Checkpoints implements ActionGuest {
    private static final long FORGET_SECONDS = 3;
    private static final int MOST_GONE = 16;

    /** How long the guest is left alone before a state is noted for which no work asks. */
    private static final long QUIET_MILLIS = 10;

    private final IsolatedGuest guest;
    private final CheckpointOptions options;
    private final Listener listener;
    private final Consumer<Runnable> soon;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<GuestBooks> books = new ArrayList<>();
    private final CallLimit limit;
    private final LentTerminal terminal;
    private GuestCheckpoint last;
    private List<Runnable> states = List.of();
    private int working;
    private int piecesSince;
    private boolean isCovered;

    /**
     * Whether the first thread, which alone uses this, does a piece of work. When it ends, it runs
     * destructors, and no state can be noted on it.
     */
    private boolean isFirstWorking;

    /** The first thread that ends, if the guest has not returned since it began to; else null. */
    private Thread endingFirst;

    /**
     * The thread of this process whose call has ended the guest; null if it has not ended, or
     * nobody knows, as when it has exited.
     */
    private volatile Thread culprit;

    /** Whether a piece of work has found, at its end, that the guest has ended. */
    private boolean hasEndedWork;

    /**
     * Whether the last state has destructors that have run since, whose code may have gone, or has
     * been used up.
     */
    private boolean isOutdated;

    /** Whether a state is going to be noted although no work asks for one. */
    private boolean isNotedSoon;

    private boolean isSessionEnding;

    /** Whether the guest has returned since the first thread has run its destructors. */
    private volatile boolean hasDestructorsBack;

    /** Where threads have gone on that is no code, for as long as the guest has not returned. */
    private final Set<ExecutorAddress> goneCode = ConcurrentHashMap.newKeySet();

    /** Returns the pages of code in which destructors may be. */
    private Supplier<List<AddressRange>> code = List::of;

    /** Whether the piece of work of the first thread, which alone uses this, only links. */
    private boolean isLinking;

    private boolean isLost;

    /** Why there is no last state, if that is known; else empty. */
    private String whyNone = "";

    private final DueReports reports = new DueReports();

    /** Whether who has the lock has added reports, and tells them without it. */
    private boolean hasReported;

    private volatile Work ending = Work.LINE;
    private volatile Thread first;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong survived = new AtomicLong();

    /** The kind of work that the end of a guest ends. */
    public enum Work {
        /** None: it has ended by itself. */
        NONE,
        /** A piece of work that is part of a session. */
        LINE,
        /** A program, for which it is no accident to end its process. */
        PROGRAM
    }

    /**
     * Is told when a guest process ends; under the lock, so all work of the session waits
     * meanwhile. What may have to wait itself, as who writes to a log does that nobody reads, is
     * returned, and is run without the lock, in the order of the ends. If the end of a piece of
     * work has found that the guest has ended, this is before that piece has its result; otherwise
     * a result may be known earlier. What it throws is lost.
     */
    public interface Listener {
        /**
         * The guest has returned to an earlier state.
         *
         * @param during the kind of work that it has ended
         * @param undone how many pieces of work have been undone, that one included; 0 if nothing
         *     has run since
         * @return what tells the user
         */
        Runnable survived(GuestEnd end, Work during, int undone);

        /**
         * The guest has ended for good.
         *
         * @param problem why it cannot return to an earlier state
         * @return what tells the user
         */
        Runnable lost(GuestEnd end, String problem);

        /**
         * The guest has returned to an earlier state, but not all that belongs to it.
         *
         * @param problem what has not, and why
         * @return what tells the user
         */
        Runnable incomplete(String problem);
    }

    /**
     * No states so far.
     *
     * @param guest the guest; its states are noted if it has a process of its own
     */
    Checkpoints(Guest guest, CheckpointOptions options, Listener listener) {
        this(guest, options, listener, Checkpoints::runSoon);
    }

    /**
     * No states so far.
     *
     * @param soon runs what is to be done in a moment, on any thread
     */
    Checkpoints(
            Guest guest, CheckpointOptions options, Listener listener, Consumer<Runnable> soon) {
        this.soon = soon;
        this.guest = guest instanceof IsolatedGuest process ? process : null;
        this.options = options;
        this.listener = listener;
        this.limit =
                this.guest == null
                        ? null
                        : CallLimit.of(this.guest, options.callLimit(), this::blame);
        this.terminal = LentTerminal.of(this.guest, options.terminal());
    }

    private static void runSoon(Runnable work) {
        CompletableFuture.delayedExecutor(
                        QUIET_MILLIS,
                        TimeUnit.MILLISECONDS,
                        due -> KeptThreads.run("orcinus checkpoint", due))
                .execute(work);
    }

    /**
     * Has the guest return from now on as soon as it ends, and at once if it has ended. Whoever
     * makes a session calls this once, when the listener can be told: an end may come on another
     * thread while the session is still being made. Without this, an end is found, and the listener
     * told, only when a piece of work begins or ends, or a thread enters.
     */
    public void watch() {
        if (guest != null) {
            guest.onEnd(this::recoverAtOnce);
            recoverAtOnce();
        }
    }

    /**
     * Sets who knows the code in which destructors may be. If the first thread ends the guest by
     * the destructor of a thread-local, the guest returns without the destructors of that thread:
     * they would end it again.
     */
    void setCode(Supplier<List<AddressRange>> pages) {
        code = pages;
    }

    /** Adds books that return to earlier states with the guest. */
    public void add(GuestBooks added) {
        lock.lock();
        try {
            books.add(added);
        } finally {
            unlock();
        }
    }

    /** Returns whether a crash now is to end a part of the session only. */
    public boolean areForLines() {
        return guest != null && options.areTaken() && ending == Work.LINE;
    }

    /** Returns whether the guest would return to an earlier state if it ended now. */
    public boolean isReady() {
        lock.lock();
        try {
            return last != null;
        } finally {
            unlock();
        }
    }

    /** Returns how many states have been noted. */
    public long taken() {
        return taken.get();
    }

    /** Returns how often the guest has ended and returned to an earlier state. */
    public long survived() {
        return survived.get();
    }

    /**
     * Notes that the guest ends because a call of the calling thread has crashed, or a thread that
     * guest code has made, whose calls of Java the calling thread serves.
     */
    public void crashed() {
        blame(Thread.currentThread());
    }

    /**
     * Notes the same of a thread that has gone on where no code is.
     *
     * @param pc that address
     */
    public void crashedAt(ExecutorAddress pc) {
        goneCode.add(pc);
        crashed();
    }

    private void blame(Thread thread) {
        if (culprit == null && lives()) {
            culprit = thread;
        }
    }

    @Override
    public boolean isEndedByOthers() {
        Thread blamed = culprit;
        return !lives() && blamed != null && !blamed.equals(Thread.currentThread());
    }

    @Override
    public boolean lives() {
        return guest == null || guest.end().isEmpty();
    }

    /** Returns {@link #survived}, after an end that nobody has seen to. */
    long returns() {
        enter();
        try {
            return survived();
        } finally {
            leave();
        }
    }

    /** Returns the guest's process id, if it has a process of its own. */
    public Optional<Long> pid() {
        return Optional.ofNullable(guest).map(IsolatedGuest::pid);
    }

    /** Notes that a program runs next. */
    public void beginProgram() {
        ending = Work.PROGRAM;
    }

    /** Notes that the program has returned, or has ended the guest. */
    public void endProgram() {
        if (guest == null || guest.end().isEmpty()) {
            ending = Work.LINE;
        }
    }

    /** Returns whether work should run on the guest's first thread, on which states are noted. */
    boolean wantFirstThread() {
        return guest != null && options.areTaken();
    }

    /** Notes that the calling thread has the guest's first thread, on which states are noted. */
    void hasFirstThread() {
        first = Thread.currentThread();
    }

    /**
     * Takes the lock, after the guest has returned to life if it has ended while nothing ran. While
     * the lock is held, it does not return to an earlier state.
     */
    public void enter() {
        if (guest != null) {
            lock.lock();
            recoverIfIdle(Work.NONE);
        }
    }

    /** Gives the lock of {@link #enter} back. */
    public void leave() {
        if (guest != null) {
            unlock();
        }
    }

    /** Begins a piece of work on the calling guest thread. */
    void begin() {
        if (guest != null) {
            lock.lock();
            try {
                recoverIfIdle(Work.NONE);
                working++;
                if (isFirst()) {
                    isFirstWorking = true;
                }
                limit.beginWork();
                terminal.begin();
            } finally {
                unlock();
            }
        }
    }

    /** Ends the piece of work of the calling guest thread. */
    void end() {
        if (guest == null) {
            return;
        }
        limit.endWork();
        terminal.end();
        lock.lock();
        try {
            working--;
            hasEndedWork |= !lives();
            recoverIfIdle(ending);
            if (isFirst()) {
                noteAfterwards();
                isFirstWorking = false;
                isCovered = false;
                isLinking = false;
            }
        } finally {
            unlock();
        }
    }

    /**
     * The calling thread is about to end. If it has the guest's first thread, it runs the
     * destructors of the thread-locals.
     */
    void beginEndOfFirst() {
        if (guest == null) {
            return;
        }
        lock.lock();
        try {
            if (isFirst() && guest.end().isEmpty()) {
                endingFirst = Thread.currentThread();
            }
        } finally {
            unlock();
        }
    }

    /** The calling thread has run them, if it could begin to, and the guest has not returned. */
    void endOfFirst() {
        if (guest == null) {
            return;
        }
        lock.lock();
        try {
            if (guest.end().isPresent()) {
                recoverIfIdle(Work.NONE); // or whoever works
            } else if (Thread.currentThread().equals(endingFirst)) {
                endingFirst = null;
                hasDestructorsBack = false;
                outdate();
                noteSoon();
            }
        } finally {
            unlock();
        }
    }

    /**
     * Has the state noted in a moment if the last one is outdated, unless a piece of work notes it
     * before: a controller that has released memory may release more, or leave, and does not wait
     * for a state that nobody needs.
     */
    private void noteSoon() {
        if (isOutdated && working == 0 && !isNotedSoon) {
            isNotedSoon = true;
            soon.accept(this::noteOutdated);
        }
    }

    private void noteOutdated() {
        lock.lock();
        try {
            isNotedSoon = false;
            boolean isThreadFree = isFirst() || !first.isAlive(); // the work of another one notes it
            if (isOutdated && working == 0 && !isSessionEnding && isThreadFree) {
                noteIfQuiet();
            }
        } finally {
            unlock();
        }
    }

    private void outdate() {
        isOutdated |= last != null && !isCurrent() && !isSessionEnding;
    }

    /**
     * Memory goes, and what guest code had registered in it has run. The last state has that still;
     * another one is noted as soon as nothing runs.
     */
    void memoryGoes() {
        lock.lock();
        try {
            outdate();
        } finally {
            unlock();
        }
    }

    /**
     * Returns whether the guest's first thread may have destructors to run, though it is nobody's.
     */
    boolean hasDestructorsBack() {
        return hasDestructorsBack;
    }

    /**
     * Notes the guest's state, unless the piece of work has done that. Guest code runs next, and
     * {@link #afterGuestCode} is called when it has returned.
     */
    void beforeGuestCode() {
        if (guest == null) {
            return;
        }
        limit.enter();
        terminal.beforeGuestCode();
        if (mayNote() && options.areTaken() && isDue()) {
            isCovered = true;
            note();
        }
    }

    /** Guest code has returned, or ended the guest. */
    void afterGuestCode() {
        if (guest != null) {
            limit.leave();
        }
    }

    private boolean isFirst() {
        return Thread.currentThread() == first;
    }

    /** Returns whether the calling thread does a piece of work for which no state is noted yet. */
    private boolean mayNote() {
        return isFirst() && isFirstWorking && !isCovered;
    }

    private boolean isDue() {
        return !isLinking || isReady();
    }

    /**
     * Runs the actions that tell the guest of memory that has been linked, in a piece of work. The
     * first state is not noted for them: before the first call of guest code, a session has nothing
     * to lose, and its controller links an ORC runtime by many such pieces.
     */
    public <T> T whileLinking(Supplier<T> work) {
        if (guest != null && isFirst()) {
            isLinking = true;
        }
        return work.get();
    }

    private void note() {
        lock.lock();
        try {
            if (isCurrent()) {
                return;
            }
            piecesSince++;
            if (working == 1) {
                noteIfQuiet();
            } else {
                noNewState("other code of the guest ran before each line");
            }
        } finally {
            unlock();
        }
    }

    /**
     * Notes the state after a piece of work, if that was not possible before and there is none, or
     * the last one is outdated.
     */
    private void noteAfterwards() {
        if (working == 0 && (isOutdated || (isCovered && last == null))) {
            noteIfQuiet();
        }
    }

    private void noNewState(String reason) {
        if (last == null) {
            whyNone = reason;
        }
    }

    private boolean isCurrent() {
        return last != null && last.isCurrent();
    }

    /**
     * Notes the guest's state while the controller works for a piece of work that has run no guest
     * code so far, so that it does not have to wait for that later. Nothing is done in the first
     * piece of a session, which may be one that runs no guest code, or a program.
     */
    public void noteAhead() {
        if (guest == null || !mayNote()) {
            return;
        }
        lock.lock();
        try {
            if (last != null && working == 1 && !isCurrent()) {
                noteIfQuiet();
            }
        } finally {
            unlock();
        }
    }

    /** Notes the state, unless it cannot be noted; then the last one stays. */
    private void noteIfQuiet() {
        if (isLost || guest.end().isPresent()) {
            return;
        }
        if (guest.hasThreadsOfItsOwn()) {
            noNewState("guest code has threads of its own");
            return;
        }
        try (FlightNote _ = FlightNotes.begin(FlightNotes.Kind.CHECKPOINT, "")) {
            GuestCheckpoint next = guest.checkpoint();
            forget();
            last = next;
            states = new ArrayList<>(books.size());
            for (GuestBooks book : books) {
                states.add(book.state());
            }
            piecesSince = 0;
            isOutdated = false;
            taken.incrementAndGet();
        } catch (GuestGoneException gone) {
            // it returns to the last state
        } catch (HostCallException | IllegalStateException e) {
            forget();
            noNewState(e.getMessage());
        }
    }

    private void forget() {
        if (last != null) {
            last.close();
            last = null;
        }
    }

    /** The guest has ended. If that has ended a piece of work, its thread sees to the rest. */
    private void recoverAtOnce() {
        lock.lock();
        try {
            recoverIfIdle(Work.NONE);
        } finally {
            unlock();
        }
    }

    private void recoverIfIdle(Work during) {
        if (working == 0 && !isLost && guest.end().isPresent()) {
            recover(guest.end().get(), during);
        }
    }

    private void recover(GuestEnd end, Work during) {
        if (last == null) {
            lose(end, options.areTaken() ? noState() : "");
            return;
        }
        int undone = last.isCurrent() ? 0 : piecesSince + 1;
        try {
            restore();
            hasDestructorsBack = true;
            whyNone = "";
            boolean isOfDestructors = endedInDestructors();
            endingFirst = null;
            hasEndedWork = false;
            if (isOfDestructors) {
                forgetDestructors(end);
            }
            culprit = null;
            goneCode.clear();
            noteIfQuiet();
            isOutdated = last == null;
            survived.incrementAndGet();
            report(listener.survived(end, during, undone));
            reportProblems();
            piecesSince = 0;
            ending = Work.LINE;
        } catch (HostCallException | RuntimeException e) {
            lose(end, e.getMessage());
        }
    }

    /**
     * Returns whether the end is taken for that of destructors of the first thread. If nobody knows
     * who has ended the guest, it is, unless work ran that may have; then they run again.
     */
    private boolean endedInDestructors() {
        return endingFirst != null
                && (culprit == null ? !hasEndedWork : culprit.equals(endingFirst));
    }

    private void restore() throws HostCallException {
        last.restore();
        last = null;
        states.forEach(Runnable::run);
    }

    /**
     * If that fails, as when one of a library ends the guest, they stay. One in code that has gone
     * tells where it is by its crash.
     */
    private void forgetDestructors(GuestEnd end) throws HostCallException {
        int known = -1;
        while (hasDestructorsBack && known < goneCode.size() && goneCode.size() < MOST_GONE) {
            known = goneCode.size();
            noteIfQuiet();
            if (last == null) {
                return;
            }
            if (haveBeenForgotten(end)) {
                hasDestructorsBack = false;
            } else {
                guest.kill(end);
                restore();
            }
        }
    }

    /** Returns the pages of code in which destructors may be, or have been. */
    private List<AddressRange> allCode() {
        Set<AddressRange> all = new LinkedHashSet<>(code.get());
        for (ExecutorAddress gone : goneCode) {
            long pageBytes = guest.memory().pageSizeBytes();
            all.add(AddressRange.of(gone.alignDown(pageBytes), pageBytes));
        }
        return List.copyOf(all);
    }

    /** Ends the guest if a destructor of a library takes too long, for which all work waits. */
    private boolean haveBeenForgotten(GuestEnd end) {
        CompletableFuture<Void> killer =
                CompletableFuture.runAsync(
                        () -> guest.kill(end),
                        CompletableFuture.delayedExecutor(FORGET_SECONDS, TimeUnit.SECONDS));
        try {
            guest.forgetDestructors(allCode());
            return guest.end().isEmpty();
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            return false; // code may be in pieces
        } finally {
            var _ = killer.cancel(false);
        }
    }

    private void reportProblems() {
        for (GuestBooks book : books) {
            book.takeProblems().forEach(problem -> report(listener.incomplete(problem)));
        }
    }

    /** Gives the lock back, and tells what has happened if the calling thread does not keep it. */
    private void unlock() {
        boolean tells = lock.getHoldCount() == 1 && hasReported;
        if (tells) {
            hasReported = false;
        }
        lock.unlock();
        if (tells) {
            reports.tell();
        }
    }

    private String noState() {
        return "no state of it has been noted" + (whyNone.isEmpty() ? "" : ": " + whyNone);
    }

    private void lose(GuestEnd end, String problem) {
        isLost = true;
        report(listener.lost(end, problem));
    }

    private void report(Runnable due) {
        reports.add(due);
        hasReported = true;
    }

    /**
     * Waits until users have been told of all ends, but not long if nobody reads that.
     *
     * @return whether they have been told
     */
    public boolean awaitReports(Duration limit) throws InterruptedException {
        return reports.await(limit);
    }

    /**
     * Takes the terminal back from the guest for good, because the controller has gone. What runs
     * from now on is the end of the session.
     */
    public void controllerHasGone() {
        terminal.close();
        lock.lock();
        try {
            isSessionEnding = true;
        } finally {
            unlock();
        }
    }

    /**
     * Makes each function in code return at once that is about to go. Does nothing for a guest that
     * has no states, or is gone.
     */
    void makeReturn(List<AddressRange> code) {
        if (guest == null || code.isEmpty()) {
            return;
        }
        try {
            guest.makeReturn(code);
        } catch (HostCallException | RuntimeException e) {
            // what still refers to it may crash
        }
    }

    /** Gives the last state up, at the end of the session. */
    public void close() {
        if (guest != null) {
            limit.close();
            lock.lock();
            try {
                isLost = true;
                forget();
            } finally {
                unlock();
            }
        }
    }
}
