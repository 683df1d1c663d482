package dev.orcinus.jit.unwinding;

import dev.orcinus.loader.NativeException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the entries of a process call in Java: an exception is searched for, has been caught, is to
 * be raised, or has been caught by native code. An exception of Java that native code has is in a
 * table here; otherwise it is kept for its thread. Many threads use it; its lock guards it.
 */
final class NativeThrows {
    /** {@code exception_class} of Java's exceptions: "ORCNJAVA". */
    private static final long JAVA_CLASS = 0x4f52_434e_4a41_5641L;

    private final NativeSide side;
    private final SideMemory memory;
    private final CxxException cxx;
    private final ExecutorAddress cleanup;
    private final Map<Integer, Long> shared = new HashMap<>();
    private final Deque<ExecutorAddress> free = new ArrayDeque<>();
    private final Map<Long, Throwable> raised = new HashMap<>();

    @SuppressWarnings("ThreadLocalUsage") // a thread may use several processes
    private final ThreadLocal<List<String>> frames = new ThreadLocal<>();

    @SuppressWarnings("ThreadLocalUsage") // a thread may use several processes
    private final ThreadLocal<Boolean> isToBeRaised = new ThreadLocal<>();

    private final Predicate<ExecutorAddress> isEntry;
    private final Runnable onTaken;

    /**
     * Makes the functions.
     *
     * @param isEntry whether an address is in an entry
     * @param onTaken runs when a thread takes the exception that it has to raise
     */
    NativeThrows(NativeSide side, Predicate<ExecutorAddress> isEntry, Runnable onTaken) {
        this.side = side;
        this.onTaken = onTaken;
        this.isEntry = isEntry;
        this.memory = new SideMemory(side::read);
        UnwindLibrary library = new UnwindLibrary(side.target());
        this.cxx = new CxxException(side, memory);
        put("backtrace", library.find("backtrace"));
        put("set_register", library.find("_Unwind_SetGR"));
        put("region_start", library.find("_Unwind_GetRegionStart"));
        put("set_address", library.find("_Unwind_SetIP"));
        put("raise_exception", library.find("_Unwind_RaiseException"));
        List<ExecutorAddress> own =
                side.export(
                        List.of(
                                ExportedFunction.of((a, b, c, _) -> searching(a, b, c)),
                                ExportedFunction.of((a, _, _, _) -> caught(a)),
                                ExportedFunction.of((_, _, _, _) -> take()),
                                ExportedFunction.of((_, b, _, _) -> cleanup(b)),
                                ExportedFunction.of((a, _, _, _) -> unraised(a))));
        put("searching", own.get(0));
        put("caught", own.get(1));
        put("take", own.get(2));
        cleanup = own.get(3);
        put("unraised", own.get(4));
    }

    private void put(String name, ExecutorAddress address) {
        shared.put(EntryBlock.SHARED.indexOf(name), address.value());
    }

    /** Returns the words that all entries share, by their places. */
    Map<Integer, Long> shared() {
        return shared;
    }

    /** Gives room for an exception of Java. */
    synchronized void room(ExecutorAddress place) {
        free.push(place);
    }

    /** A callback of this thread is about to return, and its exception is kept. */
    boolean toBeRaised() {
        if (isToBeRaised.get() != null) {
            return false;
        }
        isToBeRaised.set(true);
        return true;
    }

    /** The frames in which this thread would raise an exception are gone. */
    void giveUp() {
        if (isToBeRaised.get() != null) {
            isToBeRaised.remove();
            onTaken.run();
        }
    }

    private long searching(long exception, long addresses, long count) {
        if (memory.word(exception) == JAVA_CLASS || count <= 0) {
            return 0;
        }
        List<ExecutorAddress> callers = new ArrayList<>();
        for (long address : memory.words(addresses, (int) count)) {
            ExecutorAddress caller = new ExecutorAddress(address);
            if (isEntry.test(caller) && !callers.isEmpty()) {
                break;
            }
            callers.add(caller);
        }
        frames.set(side.frames(callers.subList(1, callers.size())));
        return 0;
    }

    private long caught(long exception) {
        long kind = memory.word(exception);
        if (kind == JAVA_CLASS) {
            return unraised(exception);
        }
        List<String> thrownIn = frames.get();
        frames.remove();
        EscapedThrows.keep(take(exception, kind, thrownIn == null ? List.of() : thrownIn));
        return 0;
    }

    private NativeException take(long exception, long kind, List<String> thrownIn) {
        try {
            return cxx.take(exception, kind, thrownIn);
        } catch (GuestGoneException gone) {
            throw gone; // the call throws it
        } catch (RuntimeException unreadable) { // native code would get it, and ignore it
            NativeException unknown =
                    new NativeException("unknown exception", Optional.empty(), thrownIn);
            unknown.initCause(unreadable);
            return unknown;
        }
    }

    /** An exception of Java is back: a call has stopped it, or no native code has caught it. */
    private long unraised(long exception) {
        Throwable thrown = release(exception);
        if (thrown != null) {
            EscapedThrows.keep(thrown);
        }
        return 0;
    }

    private synchronized Throwable release(long exception) {
        free.push(new ExecutorAddress(exception));
        return raised.remove(exception);
    }

    /** Returns the exception that this thread has to raise, or 0. */
    private long take() {
        if (isToBeRaised.get() == null) {
            return 0;
        }
        isToBeRaised.remove();
        onTaken.run();
        Throwable kept = EscapedThrows.kept();
        ExecutorAddress place;
        synchronized (this) {
            if (free.isEmpty() || kept == null) {
                return 0;
            }
            place = free.pop();
            raised.put(place.value(), kept);
        }
        EscapedThrows.drop(kept);
        side.write(place, JAVA_CLASS, cleanup.value(), 0, 0);
        return place.value();
    }

    /** Native code has caught an exception of Java, which is over then. */
    private long cleanup(long exception) {
        release(exception);
        return 0;
    }
}
