package dev.orcinus.runtime.guest;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The thread of a session that has the guest's first thread, while it does a {@link Duty}: it is
 * neither idle nor given work, but may do work on its own. Only that thread uses it.
 */
public interface FirstThread {
    /** What it does, on its own, until it is idle again. */
    interface Duty {
        /** Does it. The first work counts as a call already. */
        void perform(FirstThread thread);

        /** Called instead, on another thread, if the thread cannot be made. */
        void refused(RejectedExecutionException reason);
    }

    /**
     * Runs work, which counts as a call until it has ended.
     *
     * @param staysOnDuty is asked at the end, while the work still counts as a call, or after it
     *     has been rejected. If the answer is no, the thread {@linkplain #rest rests} from the
     *     moment on at which the work counts no more
     * @throws RejectedExecutionException if as many calls run already as may
     */
    <T> T run(Supplier<T> work, BooleanSupplier staysOnDuty);

    /**
     * Makes the thread idle from now on, before the duty has ended. It may be told to end, or get
     * work, for when it has.
     */
    void rest();
}
