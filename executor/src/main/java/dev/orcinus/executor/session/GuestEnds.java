package dev.orcinus.executor.session;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.CrashObserver;
import dev.orcinus.platform.spi.guest.CrashedThread;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.runtime.crash.CrashReport;
import dev.orcinus.runtime.crash.CrashReporter;
import dev.orcinus.runtime.guest.Checkpoints;
import dev.orcinus.runtime.guest.GuestRuntime;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reports the ends of a session's guest process, each in one line, and ends the session with the
 * last one. Thread-safe.
 */
final class GuestEnds implements Checkpoints.Listener {
    /** The number of the signal of a terminal's interrupt key. */
    private static final int INTERRUPTED = 2;

    private static final int ABORTED = 6;

    private final Session session;
    private final AtomicReference<CrashReport> crash = new AtomicReference<>();

    /** Whether the last thread that has crashed was where no code is. */
    private volatile boolean isOfGoneCode;

    GuestEnds(Session session) {
        this.session = session;
    }

    /** Takes note of crashes from now on. */
    void observe(GuestRuntime runtime) {
        if (runtime.guest() instanceof IsolatedGuest guest) {
            guest.onCrash(
                    new CrashObserver() {
                        @Override
                        public void crashed(CrashedThread thread) {
                            crash.set(CrashReporter.brief(guest, runtime, thread));
                            isOfGoneCode = isOfGoneCode(runtime, thread);
                        }

                        @Override
                        public boolean goesOn(CrashedThread thread) {
                            return goesOnAfter(guest, runtime, thread);
                        }
                    });
        }
    }

    /** Returns whether a thread has gone on in memory in which there is no code, or none left. */
    private static boolean isOfGoneCode(GuestRuntime runtime, CrashedThread thread) {
        return thread.faultAddress().filter(thread.pc()::equals).isPresent()
                && !runtime.memory().holdsCode(thread.pc());
    }

    /**
     * Lets a guest go on whose code has threads of its own, which an earlier state of it does not
     * have, if its linked code has done what the processor forbids. Code of libraries may hold
     * locks that would stay locked.
     */
    private boolean goesOnAfter(IsolatedGuest guest, GuestRuntime runtime, CrashedThread thread) {
        boolean isFault = thread.signal() != ABORTED && thread.code() > 0;
        if (!isFault
                || !runtime.checkpoints().areForLines()
                || !runtime.memory().holdsCode(thread.pc())
                || !guest.hasThreadsOfItsOwn()) {
            return false;
        }
        session.log(
                "guest code crashed: "
                        + CrashReporter.brief(guest, runtime, thread).summary()
                        + ": what this line has done so far stays, because guest code has threads"
                        + " of its own; these go on");
        return true;
    }

    @Override
    public Runnable survived(GuestEnd end, Checkpoints.Work during, int undone) {
        String what = describe(end);
        if (during == Checkpoints.Work.NONE && isOfGoneCode) {
            return telling(
                    what
                            + ": no line runs; a thread of guest code went on in memory that the"
                            + " controller has given back");
        }
        if (during != Checkpoints.Work.PROGRAM) {
            return telling(what + ": the state is as " + lines(during, undone));
        }
        return end instanceof GuestEnd.Exited ? () -> {} : telling(what);
    }

    private Runnable telling(String line) {
        return () -> session.log(line);
    }

    private static String lines(Checkpoints.Work during, int undone) {
        if (undone > 1) {
            return "before the last "
                    + undone
                    + " lines, because guest code had threads of its own; these are lost";
        }
        if (during != Checkpoints.Work.NONE) {
            return "before this line";
        }
        return undone == 0 ? "after the last line" : "before the last line";
    }

    /** Hangs up first: nobody may read the log. */
    @Override
    public Runnable lost(GuestEnd end, String problem) {
        session.endWithGuest(end);
        return telling(describe(end) + (problem.isEmpty() ? "" : "; it cannot go on: " + problem));
    }

    private String describe(GuestEnd end) {
        Optional<CrashReport> report = Optional.ofNullable(crash.getAndSet(null));
        if (end instanceof GuestEnd.Crashed crashed && crashed.signal() == INTERRUPTED) {
            return "the guest was interrupted";
        }
        return end instanceof GuestEnd.Crashed && report.isPresent()
                ? "guest code crashed: " + report.get().summary()
                : "the guest " + end.describe();
    }
}
