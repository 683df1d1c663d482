package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.KeptThreads;
import dev.orcinus.platform.linux.guestprocess.mailbox.ProcessLife;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.spi.HostCallException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A process of a guest, from its start until it has been reaped. Its lock guards the descriptor
 * that stands for it.
 */
final class LivingProcess {
    private static final long CHECK_NANOS = 1_000_000;

    private final NativeProcess process;
    private final Reaper reaper;
    private final boolean isProgram;
    private final ProcessLife life = new ProcessLife();
    private final CountDownLatch told = new CountDownLatch(1);
    private Optional<ExecWatch> execs = Optional.empty();
    private boolean isForgotten;

    /**
     * A process that has just been started.
     *
     * @param reaper waits for its end and returns its status
     * @param isProgram whether a crash ends it by its signal
     */
    LivingProcess(NativeProcess process, Reaper reaper, boolean isProgram) {
        this.process = process;
        this.reaper = reaper;
        this.isProgram = isProgram;
    }

    /**
     * Calls {@code onEnd} when the process has ended and been reaped.
     *
     * @param afterwards is called when all who wait for the end have been told
     */
    void watch(Runnable onEnd, Runnable afterwards) throws HostCallException {
        process.watch(_ -> startEnding(onEnd, afterwards));
    }

    /**
     * Ends the process when its code executes another program, which would serve nobody.
     *
     * @param main its first thread
     */
    void watchPrograms(NativeThread main) throws HostCallException {
        ExecWatch watch =
                ExecWatch.start(
                        main,
                        program -> kill(new GuestEnd.Lost("its code has executed " + program)));
        synchronized (this) {
            execs = Optional.of(watch);
            if (isForgotten) {
                watch.pipe().forget();
            }
        }
    }

    /** Returns what watches for other programs, if anything does. */
    synchronized Optional<ExecWatch> execs() {
        return execs;
    }

    /**
     * Asks for the status on another thread: the keeper that knows it may end meanwhile. If there
     * is no thread for both, those who wait for the end are told first: they have threads.
     */
    private void startEnding(Runnable onEnd, Runnable afterwards) {
        Runnable both =
                () -> {
                    end(onEnd);
                    afterwards.run();
                };
        NativeProcess.startOr(
                () -> start(both),
                () -> {
                    end(onEnd);
                    startLater(afterwards);
                });
    }

    private static void startLater(Runnable work) {
        NativeProcess.startOrRetry(() -> start(work), () -> startLater(work));
    }

    private static void start(Runnable work) {
        KeptThreads.run("orcinus end of a guest", work);
    }

    private void end(Runnable onEnd) {
        if (!isProgram) {
            process.killGroup(); // its number stays taken until the process is reaped
        }
        int status = reaper.reap(process);
        forget();
        life.endsAs(reaper.end(status));
        onEnd.run();
        told.countDown();
    }

    private synchronized void forget() {
        isForgotten = true;
        process.forget();
        execs.ifPresent(watch -> watch.pipe().forget());
    }

    /** Returns the process with a descriptor of its own, if it has not ended. */
    synchronized NativeProcess again() throws HostCallException {
        if (isForgotten) {
            throw NativeProcess.gone();
        }
        return process.again();
    }

    /** Returns whether the process ends within a time, even if nobody has been told so far. */
    boolean hasEnded(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!hasEnded()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
        return true;
    }

    private synchronized boolean hasEnded() {
        return isForgotten || process.hasEnded();
    }

    /** Ends the process at once, if it has not ended. */
    synchronized void kill() {
        if (!isForgotten) {
            process.kill();
        }
    }

    /** Ends the process at once, for a reason. */
    void kill(GuestEnd reason) {
        var _ = life.expects(reason);
        kill();
    }

    /** Ends a process whose thread has crashed, and waits in a slot. */
    void endCrashed(Slot slot) {
        if (isProgram) {
            slot.resume(0, 0);
        } else {
            kill();
        }
    }

    /** Waits for the end, until all who wait for the process have been told. */
    void awaitEnd() {
        boolean isInterrupted = false;
        while (true) {
            try {
                told.await();
                break;
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    int pid() {
        return process.pid();
    }

    /** Returns the descriptor that stands for it; negative if there is none. */
    int pidfd() {
        return process.pidfd();
    }

    ProcessLife life() {
        return life;
    }

    Reaper reaper() {
        return reaper;
    }

    boolean isProgram() {
        return isProgram;
    }
}
