package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.TargetException;
import java.util.function.Supplier;

/**
 * What Java methods throw that loaded code calls while the target calls the code. Several threads
 * may use it; a call is watched on the thread that makes it.
 */
final class CallbackFailures {
    private volatile Supplier<Throwable> taken = () -> null;

    /** Sets what takes that which methods have thrown on this thread; null if nothing is thrown. */
    void takenFrom(Supplier<Throwable> source) {
        taken = source;
    }

    /**
     * Makes a call.
     *
     * @throws TargetException if it fails; if it has returned but a method has thrown something,
     *     that is the cause
     */
    <T> T watch(Supplier<T> call) {
        T result;
        try {
            result = call.get();
        } catch (RuntimeException | Error e) {
            addThrown(e);
            throw e;
        }
        Throwable thrown = taken.get();
        if (thrown != null) {
            throw new TargetException(
                    "a Java method that loaded code has called has thrown " + thrown, thrown);
        }
        return result;
    }

    private void addThrown(Throwable failure) {
        Throwable thrown = taken.get();
        if (thrown != null) {
            failure.addSuppressed(thrown);
        }
    }

    /** The process is about to end, so that nobody can be told but this thread's handler. */
    void tell() {
        Throwable thrown = taken.get();
        if (thrown != null) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
