package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * The threads of a guest process and the Java threads that use them. A Java thread that has been
 * prepared has a guest thread of its own; any other keeps one for its calls of guest code, and
 * borrows one for calls of ours. While a Java thread serves a call of a guest thread, its own calls
 * go to that thread. One thread never runs guest code, so that memory can be mapped, and threads be
 * made, at any time. Many threads may use it; its lock guards the threads that nobody uses.
 */
public final class NativeThreads {
    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Deque<NativeThread> idle = new ArrayDeque<>();

    @SuppressWarnings("ThreadLocalUsage") // a thread may use several guests
    private final ThreadLocal<NativeThread> current = new ThreadLocal<>();

    private final ThreadStarter starter = new ThreadStarter();
    private final CallerThreads callers = new CallerThreads();
    private final Doorbell doorbell = new Doorbell(this::serve);
    private final boolean isProgram;
    private volatile GuestLife guest;
    private volatile NativeThread main;

    /** The first thread, while it is that of a Java thread that has been prepared; else null. */
    private NativeThread preparedMain;

    private NativeThread handedOver;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong changes = new AtomicLong();

    /** What {@link #changes} was when those of the first thread had run. */
    private volatile long changesWithoutDestructors = -1;

    private final FirstCode firstCode = new FirstCode();

    /** The kind of code that a call runs. */
    public enum Use {
        /**
         * Code of ours and of the C library, which returns soon, and what it does is done again in
         * an earlier state of the guest that goes on.
         */
        NOTED_SERVICE,
        /** Other code of ours and of the C library, which returns soon. */
        SERVICE,
        /** Code of libraries of the system, which a guest has before it has code of a user. */
        SYSTEM_LIBRARY_CODE,
        /** Code that runs when a library is opened or closed, which may do anything. */
        LIBRARY_CODE,
        /** Other code of the guest, which may do anything. The caller keeps its thread. */
        GUEST_CODE
    }

    /**
     * The threads of a process that has one.
     *
     * @param isProgram whether no thread is made unless one is asked for: a program sees them
     */
    NativeThreads(GuestLife guest, NativeThread main, boolean isProgram) {
        this.isProgram = isProgram;
        this.guest = guest;
        this.main = main;
        idle.add(main);
    }

    /** Does something with the guest thread that belongs to the calling thread. */
    public <T> T on(Use use, Function<NativeThread, T> body) {
        if (use == Use.LIBRARY_CODE || use == Use.GUEST_CODE) {
            firstCode.note();
        }
        if (!isService(use)) {
            doorbell.listen(guest);
        }
        NativeThread own = current.get();
        if (own != null && own.guest() == guest) {
            noteUse(use);
            return body.apply(own);
        }
        boolean borrows = isService(use) || isProgram;
        NativeThread taken = borrows ? borrow() : takeForCaller(use == Use.GUEST_CODE);
        current.set(taken);
        noteUse(use); // not before: while it waits, others note the state, or run destructors
        try {
            return body.apply(taken);
        } finally {
            current.set(own);
            giveBack(taken);
        }
    }

    private void noteUse(Use use) {
        if (use != Use.NOTED_SERVICE) {
            noteChange();
        }
    }

    private static boolean isService(Use use) {
        return use == Use.SERVICE || use == Use.NOTED_SERVICE;
    }

    /** Returns when the guest has run code of a user for the first time. */
    public FirstCode firstCode() {
        return firstCode;
    }

    /** Notes that the guest may be in another state now. */
    void noteChange() {
        changes.incrementAndGet();
    }

    /** Returns a number that is another one if the guest may have come to another state. */
    public long changes() {
        return changes.get();
    }

    private NativeThread borrow() {
        lock.lock();
        try {
            while (idle.isEmpty()) {
                await();
            }
            return idle.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the callers loop
    private void await() {
        requireLife();
        returned.awaitUninterruptibly();
    }

    /**
     * Takes a thread that may run guest code.
     *
     * @param keeps whether the calling thread keeps it
     */
    private NativeThread takeForCaller(boolean keeps) {
        NativeThread mine = callers.mine(guest);
        if (mine != null) {
            return mine;
        }
        lock.lock();
        waiting.incrementAndGet(); // before the first look, so that a thread that comes back
        // meanwhile signals
        try {
            endOrphans();
            for (NativeThread taken = tryToTake(keeps); ; taken = tryToTake(keeps)) {
                if (taken != null) {
                    return taken;
                }
                await();
            }
        } catch (HostCallException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    private NativeThread tryToTake(boolean keeps) throws HostCallException {
        requireLife();
        NativeThread mine = callers.mine(guest);
        if (mine != null) {
            return mine;
        }
        boolean isShared = !keeps || Thread.currentThread().isVirtual();
        boolean isMainFree = idle.contains(main) || (callers.has(main) && !main.isTaken());
        return isMainFree && callers.mayHaveMain()
                ? takeMain(isShared)
                : callers.take(isShared, this::make);
    }

    /** Takes the first thread, after another one has been made for us. */
    private NativeThread takeMain(boolean isShared) throws HostCallException {
        if (idle.contains(main) && idle.size() == 1) {
            idle.add(starter.start(main));
        }
        idle.remove(main);
        return callers.takeMain(main, isShared);
    }

    private NativeThread make() throws HostCallException {
        NativeThread via = borrow();
        try {
            return starter.start(via);
        } finally {
            giveBack(via);
        }
    }

    /** Ends the threads whose Java threads have ended, as those of one process end with them. */
    private void endOrphans() {
        List<NativeThread> orphans = callers.removeOrphans(main);
        if (!orphans.isEmpty()) {
            KeptThreads.run("orcinus end of guest threads", () -> end(orphans));
        }
    }

    /** A destructor of one may take long, or wait for another one. */
    private void end(List<NativeThread> orphans) {
        orphans.forEach(this::end);
        for (NativeThread orphan : orphans) {
            var _ = starter.awaitEnd(orphan, FOREVER);
        }
    }

    private void end(NativeThread orphan) {
        try {
            starter.end(orphan);
        } catch (GuestGoneException | IllegalStateException gone) {
            // the thread is gone with it, or the guest is being closed
        }
    }

    private void requireLife() {
        guest.life()
                .end()
                .ifPresent(
                        end -> {
                            throw new GuestGoneException(end);
                        });
    }

    private void giveBack(NativeThread thread) {
        boolean isKept = thread.isTaken();
        if (isKept) {
            thread.release();
            if (waiting.get() == 0) {
                return;
            }
        }
        lock.lock();
        try {
            if (!isKept && thread.guest() == guest && thread != handedOver) {
                idle.addFirst(thread);
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the calling thread a guest thread of its own. */
    public PreparedThread prepare() throws HostCallException {
        HostCallException[] failure = new HostCallException[1];
        NativeThread made =
                on(
                        Use.SERVICE,
                        via -> {
                            try {
                                return starter.start(via);
                            } catch (HostCallException e) {
                                failure[0] = e;
                                return null;
                            }
                        });
        if (made == null) {
            throw failure[0];
        }
        NativeThread before = current.get();
        current.set(made);
        return new Prepared(made, before);
    }

    /**
     * Gives the calling thread the guest's first thread, on which programs run. If it is no
     * program, another thread stays for calls of other Java threads.
     */
    public PreparedThread prepareMain() throws HostCallException {
        acquireMain(true);
        doorbell.listen(guest); // not when the first call waits for it
        NativeThread before = current.get();
        current.set(main);
        return new PreparedThread() {
            @Override
            public void close() {
                NativeThread used = current.get();
                boolean areBack = used.guest() != guest; // not if they end the guest themselves
                try {
                    runDestructors(used);
                } finally {
                    current.set(before);
                    giveBackPrepared(used);
                }
                if (areBack) {
                    runDestructorsThatAreBack();
                }
            }

            @Override
            public boolean awaitEnd(Duration limit) {
                return true; // it ends with its process
            }
        };
    }

    /**
     * Runs the destructors of the thread-locals of a session's first thread, as the end of another
     * thread does: their code may go.
     */
    private void runDestructors(NativeThread first) {
        boolean isUnchanged = changes() == changesWithoutDestructors;
        if (isProgram || isUnchanged || first == handedOver || first.guest() != guest) {
            return;
        }
        try {
            ExecutorAddress function = first.guest().addresses().runDestructors();
            if (!function.isNull()) {
                noteChange();
                long before = changes();
                first.callGuestCode(function, 0, 0);
                changesWithoutDestructors = before; // not if others have run code meanwhile
            }
        } catch (GuestGoneException | IllegalStateException gone) {
            // they are gone with it, or it has been closed
        }
    }

    /** Runs those of the first thread, on which no call of guest code may run. */
    public void runDestructors() throws HostCallException {
        boolean _ =
                onMain(
                        first -> {
                            runDestructors(first);
                            return true;
                        });
    }

    /**
     * Runs those that are registered again, because the guest has returned while a Java thread that
     * ends had its first thread. If that is another Java thread's, they run when that one ends.
     */
    private void runDestructorsThatAreBack() {
        if (isProgram) {
            return;
        }
        try {
            runDestructors();
        } catch (HostCallException | GuestGoneException | IllegalStateException e) {
            // the next end of the first thread runs them
        }
    }

    private void giveBackPrepared(NativeThread used) {
        lock.lock();
        try {
            if (preparedMain == used) {
                preparedMain = null;
            }
            giveBack(used);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the first thread when it is free.
     *
     * @param prepares whether the calling thread keeps it for as long as it likes
     * @throws IllegalStateException if it does not, but another Java thread does: that one may wait
     *     for what the calling thread has
     */
    private void acquireMain(boolean prepares) throws HostCallException {
        lock.lock();
        waiting.incrementAndGet();
        try {
            while (!idle.remove(main) && !(callers.has(main) && main.take())) {
                if (!prepares && preparedMain == main) {
                    throw new IllegalStateException("the first thread is another Java thread's");
                }
                await();
            }
            if (idle.isEmpty() && !isProgram) {
                addServant();
            }
            if (prepares) {
                preparedMain = main;
            }
        } finally {
            waiting.decrementAndGet();
            lock.unlock();
        }
    }

    /** Makes the thread for calls of other Java threads. */
    private void addServant() throws HostCallException {
        try {
            idle.add(starter.start(main));
        } catch (HostCallException | GuestGoneException e) {
            giveBack(main);
            throw e;
        }
    }

    private void addServantQuietly() {
        try {
            addServant();
        } catch (HostCallException | GuestGoneException e) {
            // those who need it find out
        }
    }

    /**
     * Lets the guest's first thread go on behind its service. It does not come back. Calls of Java
     * by all threads of the guest are answered from then on as those of threads that guest code has
     * made.
     *
     * @param body does what is left to do on the thread, and returns what the thread gets
     */
    public void handOver(Function<NativeThread, ExecutorAddress> body) throws HostCallException {
        doorbell.listen(guest);
        try (PreparedThread _ = prepareMain()) {
            NativeThread first = main;
            first.leave(body.apply(first));
            lock.lock();
            try {
                handedOver = first;
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Does something with the guest's first thread, on which no call of guest code may run.
     *
     * @throws IllegalStateException if one does, or another Java thread has it
     */
    <T> T onMain(Function<NativeThread, T> body) throws HostCallException {
        NativeThread own = current.get();
        if (own != null && own.guest() == guest) {
            if (own != main || own.isInCall()) {
                throw new IllegalStateException(
                        "a copy is made on the guest's first thread, outside of guest code");
            }
            return body.apply(own);
        }
        acquireMain(false);
        NativeThread before = current.get();
        current.set(main);
        try {
            return body.apply(main);
        } finally {
            NativeThread used = current.get();
            current.set(before);
            giveBack(used);
        }
    }

    /**
     * Does something with the guest's first thread, while no other thread of a caller runs a call.
     *
     * @return empty if a call runs, or the calling thread has a guest thread at the moment
     */
    public <T> Optional<T> whileQuiet(Function<NativeThread, T> body) {
        if (isInUseHere()) {
            return Optional.empty();
        }
        lock.lock();
        try {
            requireLife();
            boolean wasIdle = idle.remove(main);
            try {
                return wasIdle || callers.has(main) ? withoutCallers(body) : Optional.empty();
            } finally {
                if (wasIdle) {
                    idle.addFirst(main);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the calling thread has a thread of the guest at the moment. */
    public boolean isInUseHere() {
        NativeThread own = current.get();
        return own != null && own.guest() == guest;
    }

    private <T> Optional<T> withoutCallers(Function<NativeThread, T> body) {
        if (!callers.takeAll()) {
            return Optional.empty();
        }
        current.set(main);
        try {
            return Optional.ofNullable(body.apply(main));
        } finally {
            current.remove();
            callers.releaseAll();
            returned.signalAll();
        }
    }

    /**
     * Returns whether the guest has threads that have not been made here. Those that are being made
     * are never taken for others.
     *
     * @param threads counts the threads of the guest, the first one included
     */
    public boolean hasOthers(IntSupplier threads) {
        return starter.areMore(() -> threads.getAsInt() - 1);
    }

    /** Begins with another process, in which only the first thread is left. */
    void startAgain(GuestLife next, NativeThread first) {
        lock.lock();
        try {
            boolean wasOwned = current.get() == main && !main.isInCall();
            guest = next;
            main = first;
            changesWithoutDestructors = -1;
            idle.clear();
            if (wasOwned) {
                preparedMain = preparedMain == current.get() ? first : preparedMain;
                current.set(first);
            } else {
                idle.add(first);
            }
            starter.forgetAll();
            callers.forgetAll();
            if (wasOwned && !isProgram) {
                addServantQuietly();
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void serve(NativeThread thread) {
        current.set(thread);
        try {
            thread.serveForeign();
        } catch (GuestGoneException | IllegalStateException gone) {
            // nobody waits for the answer
        }
    }

    /** Wakes those who wait for a thread of a guest that has ended. */
    void announceEnd() {
        lock.lock();
        try {
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A Java thread with a guest thread of its own. */
    private final class Prepared implements PreparedThread {
        private final NativeThread thread;
        private final NativeThread before;

        Prepared(NativeThread thread, NativeThread before) {
            this.thread = thread;
            this.before = before;
        }

        @Override
        public void close() {
            current.set(before);
            try {
                starter.end(thread);
            } catch (GuestGoneException gone) {
                // the thread is gone with it
            }
        }

        @Override
        public boolean awaitEnd(Duration limit) {
            return starter.awaitEnd(thread, limit);
        }
    }
}
