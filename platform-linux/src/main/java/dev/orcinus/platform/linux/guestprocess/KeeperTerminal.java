package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGCONT;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGTSTP;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGTTOU;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.Signal.SIGINT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.host.HostTerminal;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;

/**
 * The terminal that controls a keeper which the user has started. Only processes of its session may
 * do anything with it, so the keeper does it. Immutable.
 *
 * @param keeper the keeper
 * @param descriptor of the terminal there
 * @param ownGroup the keeper's process group
 */
record KeeperTerminal(NativeGuest keeper, int descriptor, int ownGroup) implements HostTerminal {
    private static final int TIOCGPGRP = 0x540f;
    private static final int TIOCSPGRP = 0x5410;

    /** Signals to group 1, as {@code kill} takes it, go to all processes. */
    private static final int LEAST_GROUP = 2;

    /** Within this time the kernel has stopped a group that it stops. */
    private static final long STOP_MILLIS = 50;

    /**
     * Opens the terminal, if there is one. The keeper then ignores the signal for an output of a
     * process in the background, because it may take the terminal back from there, and that of the
     * interrupt key. Guests have been forked off before.
     *
     * @throws GuestGoneException if the keeper has ended
     */
    static Optional<HostTerminal> open(NativeGuest keeper) {
        ProcessState state = ProcessState.of(keeper.pid());
        int group = state.group();
        if (!state.hasTerminal()) {
            return Optional.empty();
        }
        int descriptor = keeper.threads().on(Use.SERVICE, KeeperTerminal::openIn);
        if (descriptor < 0 || group < LEAST_GROUP) {
            return Optional.empty();
        }
        Set<Integer> signals = Set.of(SIGINT, SIGTTOU);
        keeper.threads().on(Use.SERVICE, thread -> InheritedSignals.ignore(thread, signals));
        return Optional.of(new KeeperTerminal(keeper, descriptor, group));
    }

    private static int openIn(NativeThread thread) {
        try (ThreadScratch scratch = thread.scratch()) {
            long path = scratch.put("/dev/tty").value();
            return (int) thread.call(Libc.OPEN, path, O_RDWR | O_CLOEXEC);
        }
    }

    @Override
    public boolean lend(long group) {
        return passOn(ownGroup, (int) group);
    }

    @Override
    public void takeBack(long group) {
        var _ = passOn((int) group, ownGroup);
    }

    /** Gives the terminal to a group if another one has it. */
    private boolean passOn(int from, int to) {
        try {
            return keeper.threads().on(Use.SERVICE, thread -> passOn(thread, from, to));
        } catch (GuestGoneException | IllegalStateException ended) {
            return false;
        }
    }

    private boolean passOn(NativeThread thread, int from, int to) {
        try (ThreadScratch scratch = thread.scratch()) {
            MemorySegment group = MemorySegment.ofArray(new int[] {to, 0});
            var given = scratch.put(group);
            var asked = scratch.zeros(Long.BYTES);
            MemorySegment owner = MemorySegment.ofArray(new int[2]);
            if (thread.call(Libc.IOCTL, descriptor, TIOCGPGRP, asked.value()) != 0) {
                return false;
            }
            scratch.get(asked, owner);
            return owner.get(JAVA_INT, 0) == from
                    && (int) thread.call(Libc.IOCTL, descriptor, TIOCSPGRP, given.value()) == 0;
        }
    }

    @Override
    public boolean isStopped(long pid) {
        return StatFile.isStopped((int) pid);
    }

    /** {@inheritDoc} The keeper is one of the group; this process is not. */
    @Override
    public void suspend() {
        Signal.kill(ErrnoState.IGNORED, -ownGroup, SIGTSTP);
        try {
            do {
                Thread.sleep(STOP_MILLIS);
            } while (StatFile.isStopped(keeper.pid()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void resume(long group) {
        Signal.kill(ErrnoState.IGNORED, (int) -group, SIGCONT);
    }
}
