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
    private static final int FAULT = 11;

    private final Session session;
    private final AtomicReference<Crash> crash = new AtomicReference<>();

    /**
     * A crash that has not been told.
     *
     * @param signal its signal
     * @param isWithoutCode whether the thread has gone on where there is no code, or none left
     */
    private record Crash(CrashReport report, int signal, boolean isWithoutCode) {}

    GuestEnds(Session session) {
        this.session = session;
    }

    /** Takes note of crashes, and of calls of Java that nobody else sees fail, from now on. */
    void observe(GuestRuntime runtime) {
        if (runtime.guest() instanceof IsolatedGuest guest) {
            guest.onUpcallFailure(session::log);
            guest.onCrash(
                    new CrashObserver() {
                        @Override
                        public void crashed(CrashedThread thread) {
                            boolean isWithoutCode = isWithoutCode(runtime, thread);
                            if (isWithoutCode) {
                                runtime.checkpoints().crashedAt(thread.pc());
                            } else {
                                runtime.checkpoints().crashed();
                            }
                            CrashReport report = CrashReporter.brief(guest, runtime, thread);
                            crash.compareAndSet(
                                    null, new Crash(report, thread.signal(), isWithoutCode));
                        }

                        @Override
                        public boolean goesOn(CrashedThread thread) {
                            return goesOnAfter(guest, runtime, thread);
                        }
                    });
        }
    }

    private static boolean isWithoutCode(GuestRuntime runtime, CrashedThread thread) {
        return thread.signal() == FAULT
                && thread.faultAddress().filter(thread.pc()::equals).isPresent()
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
        Optional<Crash> crashed = takeCrash(end);
        String what = describe(end, crashed);
        if (during == Checkpoints.Work.NONE && crashed.filter(Crash::isWithoutCode).isPresent()) {
            what +=
                    ": a thread went on where there is no code, or none since the controller has"
                            + " given it back";
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
        String what = describe(end, takeCrash(end));
        return telling(what + (problem.isEmpty() ? "" : "; it cannot go on: " + problem));
    }

    @Override
    public Runnable incomplete(String problem) {
        return telling(problem);
    }

    /**
     * Returns the crash by which the guest has ended, once. Another one may have come up when the
     * guest had returned, and forgot destructors.
     */
    private Optional<Crash> takeCrash(GuestEnd end) {
        Optional<Crash> taken = Optional.ofNullable(crash.getAndSet(null));
        return taken.filter(
                known ->
                        end instanceof GuestEnd.Crashed crashed
                                && crashed.signal() == known.signal());
    }

    private static String describe(GuestEnd end, Optional<Crash> crash) {
        if (end instanceof GuestEnd.Crashed crashed && crashed.signal() == INTERRUPTED) {
            return "the guest was interrupted";
        }
        return crash.isEmpty()
                ? "the guest " + end.describe()
                : "guest code crashed: " + crash.get().report.summary();
    }
}
