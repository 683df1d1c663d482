package dev.orcinus.platform.linux.guestprocess.threads;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A thread of a guest process, which runs the calls that this process makes in its slot. While one
 * runs, the Java thread that has made it serves what the guest thread calls in Java, so that calls
 * of both sides nest. One Java thread at a time may use it.
 */
public final class NativeThread {
    private static final int REGISTERS = 6;

    /** The length of what {@link GuestProgram#MARSHAL} reads, on each processor. */
    private static final int BLOCK_WORDS = 28;

    private final GuestLife guest;
    private final int index;
    private final Slot slot;
    private final MemorySegment area;
    private final ExecutorAddress areaInGuest;
    private int depth;
    private long used;
    private long second;
    private int errno;
    private boolean wasRecovered;
    private boolean isProbing;
    private GuestEnd crash;

    /**
     * The end of this process's stack during a call of the guest's thread, which goes on with it:
     * nobody knows any more whose turn it is.
     */
    private StackOverflowError outOfStep;

    private final AtomicBoolean isTaken = new AtomicBoolean();

    NativeThread(GuestLife guest, int index) {
        this.guest = guest;
        this.index = index;
        this.slot = guest.mailbox().slot(index, guest.life());
        this.area = guest.mailbox().scratch(index);
        this.areaInGuest = guest.mailbox().scratchInGuest(index);
    }

    /**
     * Calls a function.
     *
     * @return its return register
     * @throws GuestGoneException if the guest ends before the function returns
     */
    public long call(ExecutorAddress function, long a, long b, long c, long d, long e, long f) {
        return call(() -> {}, function, a, b, c, d, e, f);
    }

    private long call(
            Runnable meanwhile,
            ExecutorAddress function,
            long a,
            long b,
            long c,
            long d,
            long e,
            long f) {
        requireLife();
        requireStep();
        guest.pending().makeOn(this);
        depth++;
        try {
            slot.call(function, a, b, c, d, e, f);
            meanwhile.run();
            return result();
        } catch (StackOverflowError end) {
            outOfStep = end;
            throw end;
        } finally {
            depth--;
        }
    }

    /**
     * Calls a part of the guest's program, and does something while the guest is busy with it.
     *
     * @param meanwhile throws nothing, and does not use this thread
     */
    long call(Runnable meanwhile, GuestProgram part, long a, long b, long c) {
        return call(meanwhile, guest.addresses().of(part), a, b, c, 0, 0, 0);
    }

    /**
     * Calls guest code, of which only the first return register is wanted, or another function.
     * Pending calls come before it with the same request.
     *
     * @throws GuestGoneException if the guest ends before the function returns
     */
    public long callGuestCode(ExecutorAddress function, long... registers) {
        requireLife();
        return guest.pending().count() > 0
                ? guest.pending().makeBefore(this, function, registers)
                : call(function, registers);
    }

    /**
     * Calls guest code of which both return registers are wanted; {@link #second} has the other
     * one. Pending calls come before it with the same request. The next call may come soon.
     *
     * @throws GuestGoneException if the guest ends before the function returns
     */
    public long callGuestCodeForTwo(ExecutorAddress function, long a, long b) {
        requireLife();
        boolean wasSeries = slot.setSeries(true);
        try {
            return guest.pending().count() == 0 ? call(function, a, b) : marshal(function, a, b);
        } finally {
            slot.setSeries(wasSeries);
        }
    }

    private long marshal(ExecutorAddress function, long a, long b) {
        MemorySegment block = MemorySegment.ofArray(new long[BLOCK_WORDS]);
        block.setAtIndex(JAVA_LONG, 0, a);
        block.setAtIndex(JAVA_LONG, 1, b);
        try (ThreadScratch scratch = scratch()) {
            ExecutorAddress there = scratch.put(block);
            ExecutorAddress marshal = guest.addresses().of(GuestProgram.MARSHAL);
            var _ = guest.pending().makeBefore(this, marshal, function.value(), there.value());
            scratch.get(there, block);
        }
        second = block.getAtIndex(JAVA_LONG, 1);
        return block.getAtIndex(JAVA_LONG, 0);
    }

    /** Takes the thread for a Java thread; returns false if another one has it. */
    boolean take() {
        return !isTaken.getPlain() && isTaken.compareAndSet(false, true);
    }

    /** Gives the thread back after {@link #take}. */
    void release() {
        isTaken.set(false);
    }

    /** Returns whether a Java thread has taken it. */
    boolean isTaken() {
        return isTaken.get();
    }

    /** Returns whether a call runs on the thread, which has called Java in turn. */
    boolean isInCall() {
        return depth > 0;
    }

    /** Calls a function with up to two arguments. */
    public long call(ExecutorAddress function, long a, long b) {
        return call(function, a, b, 0, 0, 0, 0);
    }

    /** Calls a function of the C library. */
    public long call(Libc function, long... arguments) {
        return call(guest.addresses().of(function), arguments);
    }

    /** Calls a function with up to six arguments. */
    long call(ExecutorAddress function, long... arguments) {
        long[] all = Arrays.copyOf(arguments, REGISTERS);
        return call(function, all[0], all[1], all[2], all[3], all[4], all[5]);
    }

    /** Returns the address of a function of the C library. */
    public ExecutorAddress address(Libc function) {
        return guest.addresses().of(function);
    }

    /** Returns the address of a part of the guest's program. */
    ExecutorAddress address(GuestProgram part) {
        return guest.addresses().of(part);
    }

    /** Calls a part of the guest's program. */
    public long call(GuestProgram part, long... arguments) {
        return call(guest.addresses().of(part), arguments);
    }

    /** Returns the second return register of the last call. */
    public long second() {
        return second;
    }

    /** Returns the {@code errno} of the last call. */
    public int errno() {
        return errno;
    }

    /** Waits for the first message of a thread that has just started. */
    void awaitStart() {
        result();
    }

    private long result() {
        while (true) {
            switch (slot.await()) {
                case RESULT -> {
                    second = slot.second();
                    errno = slot.errno();
                    wasRecovered = slot.wasRecovered();
                    requireNoCrash();
                    return slot.value();
                }
                case UPCALL -> serveUpcall();
                case CRASH -> crashed();
                case DEAD -> throw guest.gone(slot);
            }
        }
    }

    private void crashed() {
        if (isProbing && slot.code() > 0) {
            slot.resume(1, 0);
            return;
        }
        crash = guest.endOfCall(slot).orElse(null);
        if (crash == null) {
            guest.crashed(slot);
        } else {
            slot.resume(1, 0);
        }
    }

    /** Ends a call whose thread has crashed, and has been brought back. */
    private void requireNoCrash() {
        GuestEnd end = crash;
        crash = null;
        if (end != null && wasRecovered) {
            throw new GuestGoneException(end);
        }
    }

    /**
     * Makes a call of code of ours that may fault. A fault ends the call only.
     *
     * @return whether the call has returned without a fault
     */
    public boolean probe(ExecutorAddress function, long a, long b, long c) {
        guest.pending().makeOn(this);
        isProbing = true;
        try {
            call(function, a, b, c, 0, 0, 0);
            return !wasRecovered;
        } finally {
            isProbing = false;
        }
    }

    /** Serves a call of a thread that guest code has made, which has claimed this slot. */
    void serveForeign() {
        switch (slot.await()) {
            case UPCALL -> serveUpcall();
            case CRASH -> guest.crashed(slot);
            case RESULT, DEAD -> {} // nobody waits for it
        }
    }

    private void serveUpcall() {
        NativeUpcall upcall = new NativeUpcall(this, slot);
        try {
            guest.exports().serve((int) slot.value(), upcall);
        } catch (EscapedException e) {
            throw guest.endsBecauseOf(e.getCause(), slot);
        }
        requireLife();
        requireStep();
        guest.pending().makeOn(this);
        slot.resume(upcall.value(), upcall.second());
    }

    private void requireStep() {
        if (outOfStep != null) {
            throw guest.endsBecauseOf(outOfStep, slot);
        }
    }

    private void requireLife() {
        if (guest.life().isOver()) {
            throw guest.gone(slot);
        }
    }

    /** Lets the thread end. */
    void leave() {
        leave(ExecutorAddress.NULL);
    }

    /** Lets the thread go on behind its service, with a program for the guest's first thread. */
    void leave(ExecutorAddress program) {
        requireLife();
        guest.pending().makeOn(this);
        slot.resume(program.value(), 0);
    }

    /** Lets the process execute a file, without arguments and environment. */
    void execute(String path) {
        requireLife();
        guest.pending().makeOn(this);
        ThreadScratch scratch = scratch();
        long name = scratch.put(path).value();
        long argv = scratch.put(MemorySegment.ofArray(new long[] {name, 0})).value();
        long envp = scratch.zeros(Long.BYTES).value();
        slot.call(guest.addresses().of(Libc.EXECVE), name, argv, envp, 0, 0, 0);
    }

    int index() {
        return index;
    }

    Slot slot() {
        return slot;
    }

    /** Returns the guest in whose life the thread runs. */
    GuestLife guest() {
        return guest;
    }

    /** Returns memory for the arguments of a call. */
    public ThreadScratch scratch() {
        return new ThreadScratch(this);
    }

    /** Returns copies from and to the guest. */
    public GuestCopy memory() {
        return guest.memory();
    }

    long scratchUsed() {
        return used;
    }

    void giveScratchBack(long before) {
        used = before;
    }

    /** Takes scratch memory; returns null if there is too little. */
    ExecutorAddress takeScratch(long sizeBytes) {
        if (sizeBytes > MailboxLayout.SCRATCH_BYTES - used) {
            return ExecutorAddress.NULL;
        }
        ExecutorAddress at = areaInGuest.plus(used);
        used += sizeBytes;
        return at;
    }

    boolean isScratch(ExecutorAddress at) {
        long offset = at.value() - areaInGuest.value();
        return Long.compareUnsigned(offset, MailboxLayout.SCRATCH_BYTES) < 0;
    }

    MemorySegment scratchAt(ExecutorAddress at, long sizeBytes) {
        return area.asSlice(at.minus(areaInGuest), sizeBytes);
    }
}
