package dev.orcinus.jit.binding;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * What callbacks have thrown, until the calls return that they were called from. A call pays for a
 * look at one variable. It has one value per thread.
 */
final class EscapedThrows {
    private static final ThreadLocal<Throwable> KEPT = new ThreadLocal<>();
    private static final Object LOCK = new Object();

    /** How many threads have something kept. */
    private static volatile int keptCount;

    private static final MethodHandle CHECK =
            Handles.find(
                    MethodHandles.lookup(),
                    EscapedThrows.class,
                    "check",
                    MethodType.methodType(void.class));

    private EscapedThrows() {}

    /** Returns a handle that does what a call does, and then throws what is kept for the thread. */
    static MethodHandle thrownAfter(MethodHandle call) {
        Class<?> result = call.type().returnType();
        if (result == void.class) {
            return MethodHandles.filterReturnValue(call, CHECK);
        }
        MethodHandle check = MethodHandles.dropArguments(CHECK, 0, result);
        return MethodHandles.filterReturnValue(
                call, MethodHandles.foldArguments(MethodHandles.identity(result), check));
    }

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void check() {
        if (keptCount != 0) {
            throwKept();
        }
    }

    private static void throwKept() {
        Throwable kept = KEPT.get();
        if (kept != null) {
            KEPT.remove();
            count(-1);
            EscapedThrows.<RuntimeException>sneak(kept);
        }
    }

    @SuppressWarnings("unchecked") // the callback's own method declares it, or nobody does
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void count(int change) {
        synchronized (LOCK) {
            keptCount += change;
        }
    }

    /**
     * Keeps what a callback has thrown for the call that it was called from. If there is none,
     * because a thread of C has called, the thread's handler for uncaught exceptions gets it.
     */
    static void keep(Throwable thrown) {
        if (!BoundClass.isCalling()) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            return;
        }
        Throwable earlier = KEPT.get();
        if (earlier == null) {
            KEPT.set(thrown);
            count(1);
        } else if (earlier != thrown) {
            earlier.addSuppressed(thrown);
        }
    }
}
