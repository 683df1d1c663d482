package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.PreparedThread;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The threads of a guest process and the Java threads that use them. A Java thread that has been
 * prepared has a guest thread of its own; any other borrows one for a call. While a Java thread
 * serves a call of a guest thread, its own calls go to that thread. One thread never runs guest
 * code for borrowers, so that memory can be mapped, and threads be made, at any time. Many threads
 * may use it; its lock guards the threads that nobody uses.
 */
public final class NativeThreads {
    /** The function of glibc that a thread calls at its end. */
    private static final String RUN_DESTRUCTORS = "__call_tls_dtors";

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final Deque<NativeThread> idle = new ArrayDeque<>();

    @SuppressWarnings("ThreadLocalUsage") // a thread may use several guests
    private final ThreadLocal<NativeThread> current = new ThreadLocal<>();

    private final ThreadStarter starter = new ThreadStarter();
    private final boolean isProgram;
    private volatile GuestLife guest;
    private volatile NativeThread main;
    private volatile GuestLife heard;

    /** The kind of code that a call runs. */
    public enum Use {
        /** Code of ours and of the C library, which returns soon. */
        SERVICE,
        /** Code of the guest, which may do anything. */
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
        if (use == Use.GUEST_CODE) {
            listen();
        }
        NativeThread own = current.get();
        if (own != null && own.guest() == guest) {
            return body.apply(own);
        }
        NativeThread borrowed = borrow(use);
        current.set(borrowed);
        try {
            return body.apply(borrowed);
        } finally {
            current.set(own);
            giveBack(borrowed);
        }
    }

    private NativeThread borrow(Use use) {
        lock.lock();
        try {
            while (idle.isEmpty()) {
                requireLife();
                returned.awaitUninterruptibly();
            }
            NativeThread taken = idle.removeFirst();
            if (use == Use.GUEST_CODE && idle.isEmpty() && !isProgram) {
                leaveAnother(taken);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Makes a thread that stays idle, before the last one is taken for guest code. */
    private void leaveAnother(NativeThread taken) {
        try {
            idle.add(starter.start(taken));
        } catch (HostCallException | GuestGoneException e) {
            idle.addFirst(taken);
            returned.signal();
            throw e instanceof GuestGoneException gone ? gone : new IllegalStateException(e);
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
        lock.lock();
        try {
            if (thread.guest() == guest) {
                idle.addFirst(thread);
                returned.signal();
            }
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
        takeMain();
        NativeThread before = current.get();
        current.set(main);
        return new PreparedThread() {
            @Override
            public void close() {
                NativeThread used = current.get();
                try {
                    runDestructors(used);
                } finally {
                    current.set(before);
                    giveBack(used);
                }
            }

            @Override
            public void awaitEnd() {} // it ends with its process
        };
    }

    /**
     * Runs the destructors of the thread-locals of a session's first thread, as the end of another
     * thread does: their code may go.
     */
    private void runDestructors(NativeThread first) {
        if (isProgram || first.guest() != guest) {
            return;
        }
        try (ThreadScratch scratch = first.scratch()) {
            long name = scratch.put(RUN_DESTRUCTORS).value();
            ExecutorAddress dlsym = first.guest().addresses().head().dlsym();
            long function = first.call(dlsym, 0, name);
            if (function != 0) {
                first.call(new ExecutorAddress(function), 0, 0);
            }
        } catch (GuestGoneException gone) {
            // they are gone with it
        }
    }

    private void takeMain() throws HostCallException {
        lock.lock();
        try {
            while (!idle.remove(main)) {
                requireLife();
                returned.awaitUninterruptibly();
            }
            if (idle.isEmpty() && !isProgram) {
                addServant();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Makes the thread for calls of other Java threads. */
    private void addServant() throws HostCallException {
        try {
            idle.add(starter.start(main));
        } catch (HostCallException | GuestGoneException e) {
            idle.addFirst(main);
            returned.signal();
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

    /** Returns how many threads of the guest have been made here, the first one included. */
    public int count() {
        return starter.count() + 1;
    }

    /** Does something with the guest's first thread, on which no call of guest code may run. */
    <T> T onMain(Function<NativeThread, T> body) throws HostCallException {
        NativeThread own = current.get();
        if (own != null && own.guest() == guest) {
            if (own != main || own.isInCall()) {
                throw new IllegalStateException(
                        "a copy is made on the guest's first thread, outside of guest code");
            }
            return body.apply(own);
        }
        try (PreparedThread _ = prepareMain()) {
            return body.apply(main);
        }
    }

    /** Begins with another process, in which only the first thread is left. */
    void startAgain(GuestLife next, NativeThread first) {
        lock.lock();
        try {
            boolean wasOwned = current.get() == main;
            guest = next;
            main = first;
            idle.clear();
            if (wasOwned) {
                current.set(first);
            } else {
                idle.add(first);
            }
            starter.forgetAll();
            if (wasOwned && !isProgram) {
                addServantQuietly();
            }
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Starts to listen for threads that guest code makes: they call Java, or crash. */
    private void listen() {
        GuestLife now = guest;
        if (heard != now) {
            synchronized (this) {
                if (heard != now) {
                    heard = now;
                    startDaemon("orcinus doorbell of a guest", () -> answerBells(now));
                }
            }
        }
    }

    private void answerBells(GuestLife served) {
        int heardRings = 0;
        while (!served.life().isOver()) {
            try {
                answerClaims(served);
                heardRings = served.mailbox().awaitBell(heardRings);
            } catch (IllegalStateException closed) {
                return;
            }
        }
    }

    private void answerClaims(GuestLife served) {
        for (int i = MailboxLayout.FIRST_FOREIGN; i < MailboxLayout.SLOTS; i++) {
            NativeThread thread = new NativeThread(served, i);
            if (thread.slot().takeClaim()) {
                startDaemon("orcinus caller of Java", () -> serve(thread));
            }
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

    private static void startDaemon(String name, Runnable body) {
        Thread thread = new Thread(null, body, name, 1 << 20);
        thread.setDaemon(true);
        thread.start();
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
        public void awaitEnd() {
            starter.awaitEnd(thread);
        }
    }
}
