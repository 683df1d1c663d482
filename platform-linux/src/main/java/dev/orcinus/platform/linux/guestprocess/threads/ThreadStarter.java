package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.linux.LinuxMman.MAP_ANONYMOUS;
import static dev.orcinus.bindings.linux.LinuxMman.MAP_NORESERVE;
import static dev.orcinus.bindings.linux.LinuxSignal.SS_DISABLE;
import static dev.orcinus.bindings.posix.SysMman.MAP_PRIVATE;
import static dev.orcinus.bindings.posix.SysMman.PROT_READ;
import static dev.orcinus.bindings.posix.SysMman.PROT_WRITE;

import dev.orcinus.bindings.linux.LinuxSignal.StackT;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Makes threads in a guest process and ends them. Each has a slot, and a signal stack, so that an
 * overflow of its stack is reported as other crashes are. Its lock guards the slots in use.
 */
final class ThreadStarter {
    private static final long STACK_BYTES = 16 << 20;
    private static final long SIGNAL_STACK_BYTES = 64 << 10;
    private static final int ATTRIBUTE_BYTES = 64; // pthread_attr_t: 56 or 64
    private static final int PTHREAD_CREATE_DETACHED = 1;
    private static final long FIRST_CHECK_NANOS = 50_000;
    private static final long LAST_CHECK_NANOS = 10_000_000;
    private static final int PAGES = PROT_READ | PROT_WRITE;

    private final BitSet slots = new BitSet();
    private final Map<NativeThread, Facts> facts = new HashMap<>();

    /** How many threads are being made: the kernel may have them already. */
    private int starting;

    /** The kernel's id of a thread, and its signal stack. */
    private record Facts(long kernelId, ExecutorAddress signalStack) {}

    /** Makes a thread, by calls on another one. */
    NativeThread start(NativeThread via) throws HostCallException {
        begin(1);
        try {
            return startCounted(via);
        } finally {
            begin(-1);
        }
    }

    private synchronized void begin(int threads) {
        starting += threads;
    }

    private NativeThread startCounted(NativeThread via) throws HostCallException {
        NativeThread thread = new NativeThread(via.guest(), takeSlot());
        thread.slot().expectGuest();
        ExecutorAddress stack;
        try {
            stack = create(via, thread.slot().address());
        } catch (HostCallException e) {
            giveSlotBack(thread.index());
            throw e;
        }
        thread.awaitStart();
        setSignalStack(thread, stack);
        Facts about = new Facts(thread.slot().kernelId(), stack);
        synchronized (this) {
            facts.put(thread, about);
        }
        return thread;
    }

    /** Maps a signal stack, which is returned, and makes a thread, with one request. */
    private static ExecutorAddress create(NativeThread via, ExecutorAddress slot)
            throws HostCallException {
        try (ThreadScratch scratch = via.scratch()) {
            long attributes = scratch.zeros(ATTRIBUTE_BYTES).value();
            long id = scratch.zeros(Long.BYTES).value();
            long code = via.address(GuestProgram.THREAD).value();
            CallList calls = new CallList();
            addSignalStack(calls, via);
            calls.add(via.address(Libc.PTHREAD_ATTR_INIT), attributes);
            calls.add(via.address(Libc.PTHREAD_ATTR_SETSTACKSIZE), attributes, STACK_BYTES);
            calls.add(
                    via.address(Libc.PTHREAD_ATTR_SETDETACHSTATE),
                    attributes,
                    PTHREAD_CREATE_DETACHED);
            calls.add(via.address(Libc.PTHREAD_CREATE), id, attributes, code, slot.value());
            ExecutorAddress stack = signalStack(calls, via);
            int error = (int) calls.result(calls.size() - 1);
            if (error != 0) {
                via.call(Libc.MUNMAP, stack.value(), SIGNAL_STACK_BYTES);
                throw Failure.of("pthread_create in the guest", error);
            }
            return stack;
        }
    }

    private static void addSignalStack(CallList calls, NativeThread via) {
        int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
        calls.addOrStop(via.address(Libc.MMAP), 0, SIGNAL_STACK_BYTES, PAGES, flags, -1, 0);
    }

    /** Makes calls of which the first one maps a signal stack, and returns that. */
    private static ExecutorAddress signalStack(CallList calls, NativeThread via)
            throws HostCallException {
        if (!calls.run(via)) {
            throw Failure.of("mmap(a signal stack)", calls.errno());
        }
        return new ExecutorAddress(calls.result(0));
    }

    /** Gives a thread a signal stack. */
    static ExecutorAddress giveSignalStack(NativeThread thread) throws HostCallException {
        CallList calls = new CallList();
        addSignalStack(calls, thread);
        ExecutorAddress stack = signalStack(calls, thread);
        setSignalStack(thread, stack);
        return stack;
    }

    private static void setSignalStack(NativeThread thread, ExecutorAddress stack)
            throws HostCallException {
        if (setSignalStack(thread, stack.value(), 0) != 0) {
            throw Failure.of("sigaltstack in the guest", thread.errno());
        }
    }

    private static int setSignalStack(NativeThread thread, long stack, int flags) {
        MemorySegment description = MemorySegment.ofArray(new long[(int) StackT.SIZEOF / 8]);
        description.set(ValueLayout.JAVA_LONG, StackT.SS_SP, stack);
        description.set(ValueLayout.JAVA_INT, StackT.SS_FLAGS, flags);
        description.set(ValueLayout.JAVA_LONG, StackT.SS_SIZE, SIGNAL_STACK_BYTES);
        try (ThreadScratch scratch = thread.scratch()) {
            return (int) thread.call(Libc.SIGALTSTACK, scratch.put(description).value(), 0);
        }
    }

    /** Lets a thread end: the destructors of its thread-locals run. */
    void end(NativeThread thread) {
        Facts about = about(thread);
        if (about == null) {
            return;
        }
        if (setSignalStack(thread, about.signalStack.value(), SS_DISABLE) == 0) {
            thread.call(Libc.MUNMAP, about.signalStack.value(), SIGNAL_STACK_BYTES);
        }
        thread.leave();
    }

    /**
     * Waits until the guest has no such thread any more: not long as a rule, but a destructor may
     * wait for something. Several threads may wait for the same.
     *
     * @param limit how long it waits at most
     * @return whether the guest has none
     */
    boolean awaitEnd(NativeThread thread, Duration limit) {
        Facts about = about(thread);
        if (about == null) {
            return true;
        }
        long begin = System.nanoTime();
        Path task = Path.of("/proc/" + thread.guest().pid() + "/task/" + about.kernelId);
        long pause = FIRST_CHECK_NANOS;
        while (!thread.guest().life().isOver() && Files.exists(task)) {
            if (System.nanoTime() - begin >= limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LAST_CHECK_NANOS);
        }
        forget(thread);
        return true;
    }

    /** The slot may be another thread's if this one has been forgotten already. */
    private synchronized void forget(NativeThread thread) {
        if (facts.remove(thread) != null) {
            giveSlotBack(thread.index());
        }
    }

    /**
     * Returns whether there are more threads than it has made, or is making, that have not ended.
     *
     * @param threads counts the threads; none begins or is forgotten here meanwhile
     */
    synchronized boolean areMore(IntSupplier threads) {
        return threads.getAsInt() > facts.size() + starting;
    }

    /** Forgets all threads, because their process is gone. */
    synchronized void forgetAll() {
        facts.clear();
        slots.clear();
    }

    private synchronized Facts about(NativeThread thread) {
        return facts.get(thread);
    }

    private synchronized int takeSlot() throws HostCallException {
        int free = slots.nextClearBit(MailboxLayout.MAIN + 1);
        if (free >= MailboxLayout.FIRST_FOREIGN) {
            throw new HostCallException(
                    "pthread_create", 0, "the guest has " + (free - 1) + " threads already");
        }
        slots.set(free);
        return free;
    }

    private synchronized void giveSlotBack(int index) {
        slots.clear(index);
    }
}
