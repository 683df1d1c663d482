package dev.orcinus.runtime.guest;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A platform thread for guest code: a stack as large as a native program's main thread has, and a
 * signal stack, so that overflowing it is reported. Guest code may leave thread-local data on it
 * whose destructors run when the thread ends; {@link #awaitEnd} waits for these too.
 */
final class GuestThread {
    private static final long STACK_BYTES = 16 << 20;
    private static final Assignment RETIRE = new Task<Void>(null);

    private final GuestProcess process;
    private final GuestThreads owner;
    private final Checkpoints checkpoints;
    private final boolean isFirst;
    private final SuccessiveLives lives;
    private final Thread thread;
    private final String name;
    private final CountDownLatch lifeEnd = new CountDownLatch(1);
    private Runnable beginning = () -> {};

    /** Whether the Java thread waits for a next life when this one has ended. */
    private volatile boolean isKept;

    /** Who has the guest's first thread next; null if nobody is known. */
    private GuestThread successor;

    private Assignment next;
    private volatile PreparedThread prepared;

    /**
     * A thread that has not started.
     *
     * @param first its first work; null if that is not there yet
     * @param isFirst whether it has the guest's first thread
     */
    GuestThread(
            GuestProcess process,
            GuestThreads owner,
            Checkpoints checkpoints,
            String name,
            Assignment first,
            boolean isFirst) {
        this.process = process;
        this.owner = owner;
        this.checkpoints = checkpoints;
        this.isFirst = isFirst;
        this.next = first;
        this.name = name;
        this.lives = new SuccessiveLives(this::live);
        this.thread = new Thread(null, lives, name, STACK_BYTES);
        thread.setDaemon(true);
    }

    /** A further life of the Java thread that had the guest's first thread before. */
    private GuestThread(GuestThread before, String name, Assignment first) {
        this.process = before.process;
        this.owner = before.owner;
        this.checkpoints = before.checkpoints;
        this.isFirst = true;
        this.next = first;
        this.name = name;
        this.lives = before.lives;
        this.thread = before.thread;
    }

    /**
     * Begins another life of this Java thread, as soon as this one, which is kept, has ended.
     *
     * @param first its first work
     * @return empty if the Java thread has ended meanwhile
     */
    Optional<GuestThread> beginNext(String name, Assignment first) {
        GuestThread next = new GuestThread(this, name, first);
        return lives.add(next::live) ? Optional.of(next) : Optional.empty();
    }

    /** Sets who has the guest's first thread when this life has ended. */
    void setSuccessor(GuestThread next) {
        successor = next;
    }

    /** Returns who has the guest's first thread when this life has ended; null if nobody. */
    GuestThread successor() {
        return successor;
    }

    /** Lets the Java thread, whose life has ended or ends, end with it. */
    void endWithLife() {
        lives.end();
    }

    /** What a thread has to do. */
    interface Assignment {
        /** Returns whether the thread ends instead. */
        boolean ends();

        /** Does it on a thread, which is idle afterwards. */
        void perform(GuestThread thread);

        /** Tells that it is not done. */
        void refused(RejectedExecutionException reason);
    }

    /**
     * Work, and the future of its result.
     *
     * @param work the code to run; null to end the thread
     * @param done completed when the thread no longer counts as busy
     */
    record Task<T>(Supplier<T> work, CompletableFuture<T> done) implements Assignment {
        Task(Supplier<T> work) {
            this(work, new CompletableFuture<>());
        }

        @Override
        public boolean ends() {
            return work == null;
        }

        @Override
        public void perform(GuestThread thread) {
            thread.checkpoints.begin();
            run(thread::done);
        }

        /** Runs the work, then {@code afterwards}, then completes the result. */
        void run(Runnable afterwards) {
            T result = null;
            Throwable failure = null;
            try {
                result = work.get();
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            afterwards.run();
            if (failure == null) {
                done.complete(result);
            } else {
                done.completeExceptionally(failure);
            }
        }

        @Override
        public void refused(RejectedExecutionException reason) {
            done.completeExceptionally(reason);
        }
    }

    /** Work after which the thread ends. */
    record LastTask<T>(Task<T> task) implements Assignment {
        @Override
        public boolean ends() {
            return false;
        }

        @Override
        public void perform(GuestThread thread) {
            thread.checkpoints.begin();
            task.run(thread::doneForGood);
        }

        @Override
        public void refused(RejectedExecutionException reason) {
            task.refused(reason);
        }
    }

    /** A duty of the first thread. */
    record OwnWork(FirstThread.Duty duty) implements Assignment {
        @Override
        public boolean ends() {
            return false;
        }

        @Override
        public void perform(GuestThread thread) {
            OnDuty place = thread.new OnDuty();
            try {
                duty.perform(place);
            } finally {
                place.rest();
            }
        }

        @Override
        public void refused(RejectedExecutionException reason) {
            duty.refused(reason);
        }
    }

    /** This thread while it does a duty. */
    private final class OnDuty implements FirstThread {
        private boolean isAdmitted = true;
        private boolean rests;

        @Override
        public <T> T run(Supplier<T> work, BooleanSupplier staysOnDuty) {
            if (!isAdmitted) {
                admit(staysOnDuty);
            }
            isAdmitted = false;
            checkpoints.begin();
            try {
                return work.get();
            } finally {
                checkpoints.end();
                done(staysOnDuty.getAsBoolean());
            }
        }

        private void admit(BooleanSupplier staysOnDuty) {
            try {
                owner.admitOnDuty();
            } catch (RejectedExecutionException e) {
                if (!staysOnDuty.getAsBoolean()) {
                    rest();
                }
                throw e;
            }
        }

        private void done(boolean staysOnDuty) {
            if (staysOnDuty) {
                owner.doneOnDuty();
            } else {
                rests = true;
                owner.done(GuestThread.this);
            }
        }

        @Override
        public void rest() {
            if (!rests) {
                rests = true;
                owner.rest(GuestThread.this);
            }
        }
    }

    /** Sets what the thread, which has not started, does before it is prepared. */
    void beginWith(Runnable work) {
        beginning = work;
    }

    /** Returns whether the guest was there when the thread began. */
    boolean hasGuest() {
        return !(prepared instanceof NoThread);
    }

    /** Returns the thread, which its owner starts. */
    Thread thread() {
        return thread;
    }

    private void live() {
        if (!name.equals(thread.getName())) {
            thread.setName(name);
        }
        try {
            liveOnce();
        } finally { // who waits for its end waits in vain otherwise, if a fault of ours ends it
            if (!isKept) {
                lives.end();
            }
            lifeEnd.countDown();
        }
    }

    private void liveOnce() {
        try (PreparedThread here = prepare()) {
            prepared = here;
            for (Assignment given = await(); !given.ends(); given = await()) {
                given.perform(this);
            }
            if (isFirst) {
                checkpoints.beginEndOfFirst();
            }
        } catch (HostCallException | RuntimeException | OutOfMemoryError e) {
            refuse(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        if (isFirst) {
            checkpoints.endOfFirst();
            owner.firstHasEnded(this);
        }
    }

    /**
     * Prepares the thread, after the guest has returned if it can. If it is gone, the calls of the
     * work find that out.
     */
    private PreparedThread prepare() throws HostCallException {
        beginning.run();
        if (isFirst) {
            checkpoints.beginFirst();
        } else {
            checkpoints.enter();
            checkpoints.leave();
        }
        try {
            if (!isFirst) {
                return process.prepareThread();
            }
            PreparedThread main = process.prepareMainThread();
            checkpoints.hasFirstThread();
            return main;
        } catch (GuestGoneException gone) {
            return new NoThread();
        }
    }

    /** Stands for the thread of a guest that is gone. */
    private static final class NoThread implements PreparedThread {
        @Override
        public void close() {} // there is nothing to end

        @Override
        public boolean awaitEnd(Duration limit) {
            return true; // it has never begun
        }
    }

    private void done() {
        checkpoints.end();
        owner.done(this);
    }

    private void doneForGood() {
        checkpoints.end();
        owner.doneForGood(this);
    }

    /** Rejects the first work of a thread that cannot be prepared. */
    private void refuse(Throwable reason) {
        if (owner.leaveFresh(this)) {
            return;
        }
        Assignment first = given();
        if (first != null && !first.ends()) {
            owner.refused(this);
            first.refused(
                    new RejectedExecutionException(
                            "no guest thread for the call: " + reason.getMessage(), reason));
        }
    }

    /** Waits for work; after some time without work the thread leaves the pool. */
    private Assignment await() throws InterruptedException {
        while (true) {
            Assignment work = take();
            if (work != null) {
                return work;
            }
            if (owner.leave(this)) {
                return RETIRE;
            }
        }
    }

    private synchronized Assignment take() throws InterruptedException {
        long deadline = System.nanoTime() + owner.keep().toNanos();
        long leftMillis = owner.keep().toMillis();
        while (next == null && leftMillis > 0) {
            wait(leftMillis);
            leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        Assignment work = next;
        next = null;
        return work;
    }

    private synchronized Assignment given() {
        return next;
    }

    synchronized void give(Assignment work) {
        next = work;
        notifyAll();
    }

    /** Makes the thread end when its work is done. */
    void retire() {
        give(RETIRE);
    }

    /** Does the same; if it has the guest's first thread, the Java thread may have it again. */
    void retireAndKeep() {
        isKept = isFirst;
        retire();
    }

    /** Returns whether the Java thread may have the guest's first thread again. */
    boolean isKept() {
        return isKept;
    }

    /**
     * Waits until the Java thread, or this life of one that is kept, and its native thread have
     * ended.
     *
     * @param limit how long it waits at most
     * @return whether they have
     */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        long begin = System.nanoTime();
        if (!awaitLifeEnd(limit)) {
            return false;
        }
        PreparedThread here = prepared;
        return here == null // it could not be prepared
                || here.awaitEnd(limit.minusNanos(System.nanoTime() - begin));
    }

    private boolean awaitLifeEnd(Duration limit) throws InterruptedException {
        return isKept ? lifeEnd.await(limit.toNanos(), TimeUnit.NANOSECONDS) : thread.join(limit);
    }
}
