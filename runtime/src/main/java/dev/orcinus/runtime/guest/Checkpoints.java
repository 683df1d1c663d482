package dev.orcinus.runtime.guest;

import dev.orcinus.memory.ActionGuest;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.GuestBooks;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The states that a guest process can return to. A state is noted before a piece of work runs guest
 * code for the first time, unless the last one is current; and unless it links, and there is none
 * ({@link #whileLinking}). If the guest ends, it returns to the last state: at once if no work is
 * done, else as soon as the last piece of work has ended, and before the result of that is known;
 * and notes its state again, so that it can return from whatever runs next, on whichever thread.
 * {@link GuestBooks} of this process return with it. A guest in this process has no such states,
 * and nothing is done here. Many threads may use it; its lock guards it and its parts, and is held
 * while the guest returns and the listener is told, so that who holds it sees a guest, books and a
 * session that agree.
 *
 * <p>Its parts are the state ({@code LatestCheckpoint}), the piece of work that it is noted for
 * ({@code FirstThreadWork}), whose end it was ({@code EndAttribution}), the destructors that come
 * back with a state ({@code RestoredDestructors}), and the reports ({@code ReportingLock}).
 */
public final class Checkpoints implements ActionGuest {
    /** How long the guest is left alone before a state is noted for which no work asks. */
    private static final long QUIET_MILLIS = 10;

    private final IsolatedGuest guest;
    private final CheckpointOptions options;
    private final Listener listener;
    private final Consumer<Runnable> soon;
    private final ReportingLock lock = new ReportingLock();
    private final LatestCheckpoint latest;
    private final EndAttribution attribution = new EndAttribution(this::lives);
    private final RestoredDestructors destructors;
    private final FirstThreadWork work = new FirstThreadWork();
    private final CallLimit limit;
    private final LentTerminal terminal;

    /** How many pieces of work are being done. */
    private int working;

    /** Whether a state is going to be noted although no work asks for one. */
    private boolean isNotedSoon;

    private boolean isSessionEnding;
    private boolean isLost;
    private volatile Work ending = Work.LINE;
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
        this.latest = new LatestCheckpoint(this.guest);
        this.destructors = new RestoredDestructors(this.guest, latest);
        this.limit =
                this.guest == null
                        ? null
                        : CallLimit.of(this.guest, options.callLimit(), attribution::blame);
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
        destructors.setCode(pages);
    }

    /** Adds books that return to earlier states with the guest. */
    public void add(GuestBooks added) {
        lock.run(() -> latest.add(added));
    }

    /** Returns whether a crash now is to end a part of the session only. */
    public boolean areForLines() {
        return guest != null && options.areTaken() && ending == Work.LINE;
    }

    /** Returns whether the guest would return to an earlier state if it ended now. */
    public boolean isReady() {
        lock.lock();
        try {
            return latest.isThere();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many states have been noted. */
    public long taken() {
        return latest.taken();
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
        attribution.blame(Thread.currentThread());
    }

    /**
     * Notes the same of a thread that has gone on where no code is.
     *
     * @param pc that address
     */
    public void crashedAt(ExecutorAddress pc) {
        destructors.noteGone(pc);
        crashed();
    }

    @Override
    public boolean isEndedByOthers() {
        return attribution.isOfOthers();
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

    /**
     * The calling thread takes the guest's first thread next, and calls {@link #endOfFirst} when it
     * has given it back, or has not got it. No state is noted on other threads meanwhile: they
     * cannot use the guest's first thread, and the last state would be lost.
     */
    void beginFirst() {
        enter();
        work.expect();
        leave();
    }

    /** Notes that the calling thread has the guest's first thread, on which states are noted. */
    void hasFirstThread() {
        work.isHere();
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
            lock.unlock();
        }
    }

    /** Begins a piece of work on the calling guest thread. */
    void begin() {
        if (guest != null) {
            lock.run(this::beginWork);
        }
    }

    private void beginWork() {
        recoverIfIdle(Work.NONE);
        working++;
        work.begin();
        limit.beginWork();
        terminal.begin();
    }

    /** Ends the piece of work of the calling guest thread. */
    void end() {
        if (guest != null) {
            limit.endWork();
            terminal.end();
            lock.run(this::endWork);
        }
    }

    private void endWork() {
        working--;
        attribution.workEnds();
        recoverIfIdle(ending);
        if (work.isFirst()) {
            noteAfterwards();
            work.end();
        }
    }

    /**
     * The calling thread is about to end. If it has the guest's first thread, it runs the
     * destructors of the thread-locals.
     */
    void beginEndOfFirst() {
        if (guest != null && work.isFirst()) {
            lock.run(this::beginToEnd);
        }
    }

    private void beginToEnd() {
        if (guest.end().isEmpty()) {
            attribution.firstBeginsToEnd();
        }
    }

    /** The calling thread has run them, if it could begin to, and the guest has not returned. */
    void endOfFirst() {
        if (guest != null) {
            lock.run(this::endOrRecover);
        }
    }

    private void endOrRecover() {
        work.hasGone();
        if (guest.end().isPresent()) {
            recoverIfIdle(Work.NONE); // or whoever works
        } else if (attribution.firstHasEnded()) {
            destructors.haveRun();
            outdate();
            noteSoon();
        }
    }

    /**
     * Has the state noted in a moment if the last one is outdated, unless a piece of work notes it
     * before: a controller that has released memory may release more, or leave, and does not wait
     * for a state that nobody needs.
     */
    private void noteSoon() {
        if (latest.isOutdated() && working == 0 && !isNotedSoon) {
            isNotedSoon = true;
            soon.accept(() -> lock.run(this::noteOutdated));
        }
    }

    private void noteOutdated() {
        isNotedSoon = false;
        if (latest.isOutdated() && working == 0 && !isSessionEnding && !work.isExpected()) {
            noteIfQuiet();
        }
    }

    private void outdate() {
        if (!isSessionEnding) {
            latest.outdate();
        }
    }

    /**
     * Memory goes, and what guest code had registered in it has run. The last state has that still;
     * another one is noted as soon as nothing runs.
     */
    void memoryGoes() {
        lock.run(this::outdate);
    }

    /**
     * Returns whether the guest's first thread may have destructors to run, though it is nobody's.
     */
    boolean hasDestructorsBack() {
        return destructors.areThere();
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
        if (work.mayNote() && options.areTaken() && isDue()) {
            work.cover();
            lock.run(this::note);
        }
    }

    /** Guest code has returned, or ended the guest. */
    void afterGuestCode() {
        if (guest != null) {
            limit.leave();
        }
    }

    private boolean isDue() {
        return !work.isLinking() || isReady();
    }

    /**
     * Runs the actions that tell the guest of memory that has been linked, in a piece of work. The
     * first state is not noted for them: before the first call of guest code, a session has nothing
     * to lose, and its controller links an ORC runtime by many such pieces.
     */
    public <T> T whileLinking(Supplier<T> actions) {
        if (guest != null) {
            work.link();
        }
        return actions.get();
    }

    private void note() {
        if (latest.isCurrent()) {
            return;
        }
        latest.countPiece();
        if (working == 1) {
            noteIfQuiet();
        } else {
            latest.notNoted("other code of the guest ran before each line");
        }
    }

    /**
     * Notes the state after a piece of work, if that was not possible before and there is none, or
     * the last one is outdated.
     */
    private void noteAfterwards() {
        if (working == 0 && (latest.isOutdated() || (work.isCovered() && !latest.isThere()))) {
            noteIfQuiet();
        }
    }

    /**
     * Notes the guest's state while the controller works for a piece of work that has run no guest
     * code so far, so that it does not have to wait for that later. Nothing is done in the first
     * piece of a session, which may be one that runs no guest code, or a program.
     */
    public void noteAhead() {
        if (guest != null && work.mayNote()) {
            lock.run(this::replaceIfAlone);
        }
    }

    private void replaceIfAlone() {
        if (latest.isThere() && working == 1 && !latest.isCurrent()) {
            noteIfQuiet();
        }
    }

    private void noteIfQuiet() {
        if (!isLost) {
            latest.note();
        }
    }

    /** The guest has ended. If that has ended a piece of work, its thread sees to the rest. */
    private void recoverAtOnce() {
        lock.run(() -> recoverIfIdle(Work.NONE));
    }

    private void recoverIfIdle(Work during) {
        if (working == 0 && !isLost && guest.end().isPresent()) {
            recover(guest.end().get(), during);
        }
    }

    private void recover(GuestEnd end, Work during) {
        if (!latest.isThere()) {
            lose(end, options.areTaken() ? latest.problem() : "");
            return;
        }
        int undone = latest.undone();
        try {
            latest.restore();
            destructors.restored();
            boolean areUsedUp =
                    attribution.takeIsOfDestructors() || destructors.haveRunSinceState();
            if (areUsedUp) {
                destructors.forget(end);
            }
            attribution.clearBlame();
            destructors.clearGone();
            latest.noteAfterReturn();
            survived.incrementAndGet();
            lock.report(listener.survived(end, during, undone));
            latest.takeProblems().forEach(problem -> lock.report(listener.incomplete(problem)));
            ending = Work.LINE;
        } catch (HostCallException | RuntimeException e) {
            lose(end, e.getMessage());
        }
    }

    private void lose(GuestEnd end, String problem) {
        isLost = true;
        lock.report(listener.lost(end, problem));
    }

    /**
     * Waits until users have been told of all ends, but not long if nobody reads that.
     *
     * @return whether they have been told
     */
    public boolean awaitReports(Duration limit) throws InterruptedException {
        return lock.awaitReports(limit);
    }

    /**
     * Takes the terminal back from the guest for good, because the controller has gone. What runs
     * from now on is the end of the session.
     */
    public void controllerHasGone() {
        terminal.close();
        lock.run(() -> isSessionEnding = true);
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
            lock.run(
                    () -> {
                        isLost = true;
                        latest.close();
                    });
        }
    }
}
