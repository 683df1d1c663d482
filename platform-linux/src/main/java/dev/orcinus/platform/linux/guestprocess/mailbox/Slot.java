package dev.orcinus.platform.linux.guestprocess.mailbox;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The place where one thread of a guest and one thread of this process take turns. One word says
 * whose turn it is, and why; the others are the registers of a call or of its result. Both sides
 * look at the word for a moment before they sleep ({@link Looks}). Nothing that the guest has
 * written is believed. One thread at a time may use it.
 */
public final class Slot {
    private static final int CALL = 1;
    private static final int RETURN = 3;
    private static final int DEAD = 8;
    private static final int SLEEPS = 1 << 31;

    private static final long SPINS = 4;
    private static final long FUNCTION = 8;
    private static final long REGISTERS = 16;
    private static final long ERRNO = 24;
    private static final long THREAD_ID = 72;
    private static final long SIGNAL = 88;
    private static final long CODE = 92;
    private static final long FAULT = 96;
    private static final long CONTEXT = 104;
    private static final long CLAIM = 112;

    private static final int CLAIMED = 1;
    private static final int TAKEN = 2;

    private static final int LOOKS_PER_CLOCK = 50;

    /** A message that comes to a side that sleeps in this time would be seen by one that looks. */
    private static final long QUICK_NANOS = 150_000;

    /** The guest may destroy the bit by which it would wake us. */
    private static final long SHORT_NANOS = 50_000_000;

    private static final long LONG_NANOS = 1_000_000_000;

    private static final VarHandle TURN = JAVA_INT.varHandle();

    /** The slots of all guests at which a thread of this process looks. */
    private static final Lookers LOOKERS = new Lookers(Runtime.getRuntime().availableProcessors());

    private final MemorySegment words;
    private final ExecutorAddress address;
    private final ProcessLife life;
    private final Futex futex;
    private final SlotLooks looks = new SlotLooks();
    private boolean wakesGuest;
    private boolean mayGuestLook = true;
    private long answeredNanos;

    /** A message of the guest. */
    public enum Message {
        /** A call has returned. */
        RESULT,
        /** Guest code calls a Java function. */
        UPCALL,
        /** The thread has crashed, and waits. */
        CRASH,
        /** The process has ended, or does not keep to the rules. */
        DEAD
    }

    Slot(MemorySegment words, ExecutorAddress address, ProcessLife life, Futex futex) {
        this.words = words;
        this.address = address;
        this.life = life;
        this.futex = futex;
    }

    /** Returns its address in the guest. */
    public ExecutorAddress address() {
        return address;
    }

    /** Makes it the guest's turn, before a thread of the guest has the slot. */
    public void expectGuest() {
        words.set(JAVA_INT, SPINS, SlotLooks.GUEST_LOOKS);
        words.set(JAVA_INT, CLAIM, 0);
        TURN.setVolatile(words, 0L, CALL);
    }

    /**
     * Sets whether the calls from now on belong to a series of short ones, for which both sides
     * look longer before they sleep.
     *
     * @return whether they have done so before
     */
    public boolean setSeries(boolean isSeries) {
        return looks.setSeries(isSeries);
    }

    /** Asks the guest's thread for a call. */
    public void call(ExecutorAddress function, long a, long b, long c, long d, long e, long f) {
        words.set(JAVA_LONG, FUNCTION, function.value());
        words.set(JAVA_LONG, REGISTERS, a);
        words.set(JAVA_LONG, REGISTERS + 8, b);
        words.set(JAVA_LONG, REGISTERS + 16, c);
        words.set(JAVA_LONG, REGISTERS + 24, d);
        words.set(JAVA_LONG, REGISTERS + 32, e);
        words.set(JAVA_LONG, REGISTERS + 40, f);
        post(CALL);
    }

    /** Lets the guest go on behind a message that is not a result, with two return registers. */
    public void resume(long value, long second) {
        words.set(JAVA_LONG, FUNCTION, value);
        words.set(JAVA_LONG, REGISTERS, second);
        post(RETURN);
    }

    private void post(int message) {
        Looks theirs = looks.lastOfGuest();
        boolean isQuick = theirs.count() == 0 && System.nanoTime() - answeredNanos < QUICK_NANOS;
        wakesGuest = (int) TURN.getAndSet(words, 0L, message) < 0;
        if (mayGuestLook) {
            theirs.note(!wakesGuest, isQuick);
        }
        mayGuestLook = !LOOKERS.areEnough();
        // The guest reads this when it has answered; one that is quicker reads what was there.
        words.set(JAVA_INT, SPINS, mayGuestLook ? looks.nextOfGuest().count() : 0);
        if (wakesGuest) {
            futex.wake(words);
        }
    }

    /** Waits until it is our turn. */
    public Message await() {
        Looks ours = looks.ours(wakesGuest);
        boolean mayLook = LOOKERS.enter();
        if (mayLook && lookAndLeave(ours.count())) {
            ours.note(true, false);
        } else {
            long begin = System.nanoTime();
            sleepUntilTurn();
            if (mayLook) {
                ours.note(false, System.nanoTime() - begin < QUICK_NANOS);
            }
        }
        if (looks.lastOfGuest().count() == 0) {
            answeredNanos = System.nanoTime();
        }
        return message((int) TURN.getAcquire(words, 0L) & ~SLEEPS);
    }

    private boolean lookAndLeave(int nanos) {
        try {
            return look(nanos);
        } finally {
            LOOKERS.leave();
        }
    }

    private void sleepUntilTurn() {
        boolean seen = false;
        for (long limit = SHORT_NANOS; !seen; limit = Math.min(2 * limit, LONG_NANOS)) {
            seen = sleep(limit);
        }
    }

    private boolean look(int nanos) {
        if (nanos == 0) {
            return false;
        }
        long start = System.nanoTime();
        do {
            for (int i = LOOKS_PER_CLOCK; i > 0; i--) {
                if (isOurTurn((int) TURN.getAcquire(words, 0L))) {
                    return true;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() - start < nanos);
        return false;
    }

    private boolean sleep(long limitNanos) {
        if (life.isOver()) {
            return true;
        }
        int turn = (int) TURN.getAcquire(words, 0L);
        if (isOurTurn(turn)) {
            return true;
        }
        int asleep = turn | SLEEPS;
        if (turn == asleep || TURN.compareAndSet(words, 0L, turn, asleep)) {
            futex.await(words, asleep, limitNanos);
        }
        return isOurTurn((int) TURN.getAcquire(words, 0L));
    }

    private static boolean isOurTurn(int turn) {
        return (turn & 1) == 0;
    }

    private Message message(int turn) {
        if (life.isOver()) {
            return Message.DEAD;
        }
        return switch (turn) {
            case 2 -> Message.RESULT;
            case 4 -> Message.UPCALL;
            case 6 -> Message.CRASH;
            default -> Message.DEAD;
        };
    }

    /** Wakes the thread of this process that waits, after {@link ProcessLife} has changed. */
    void announceEnd() {
        if ((int) TURN.getAndSet(words, 0L, DEAD) < 0) {
            futex.wake(words);
        }
    }

    /** Takes the slot for the thread of the guest that has claimed it, if one has. */
    public boolean takeClaim() {
        return (int) TURN.compareAndExchange(words, CLAIM, CLAIMED, TAKEN) == CLAIMED;
    }

    /** Returns the first return register, or the index of the Java function. */
    public long value() {
        return words.get(JAVA_LONG, FUNCTION);
    }

    /** Returns the second return register. */
    public long second() {
        return words.get(JAVA_LONG, REGISTERS);
    }

    /** Returns {@code errno} after a call. */
    public int errno() {
        return (int) words.get(JAVA_LONG, ERRNO);
    }

    /** Returns whether the call has crashed, and the thread has been brought back. */
    public boolean wasRecovered() {
        return words.get(JAVA_LONG, ERRNO) < 0;
    }

    /** Returns an argument register of a call of a Java function, from 0 to 5. */
    public long argument(int index) {
        return words.get(JAVA_LONG, REGISTERS + (long) index * Long.BYTES);
    }

    /** Returns the kernel's id of the guest's thread. */
    public long kernelId() {
        return words.get(JAVA_INT, THREAD_ID);
    }

    /** Returns the signal of a crash. */
    public int signal() {
        return words.get(JAVA_INT, SIGNAL);
    }

    /** Returns the {@code si_code} of a crash. */
    public int code() {
        return words.get(JAVA_INT, CODE);
    }

    /** Returns the {@code si_addr} of a crash. */
    public long faultAddress() {
        return words.get(JAVA_LONG, FAULT);
    }

    /** Returns the address of the {@code ucontext_t} of a crash. */
    public ExecutorAddress context() {
        return new ExecutorAddress(words.get(JAVA_LONG, CONTEXT));
    }
}
