package dev.orcinus.platform.linux;

import static dev.orcinus.bindings.linux.LinuxFcntl.O_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGCONT;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGTSTP;
import static dev.orcinus.bindings.linux.LinuxSignal.SIGTTOU;
import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.Signal.SIGINT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxFcntl;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.spi.host.HostTerminal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** The terminal that controls this process, by its descriptor. Immutable. */
final class LinuxTerminal implements HostTerminal {
    /** Within this time the kernel has stopped a group that it stops. */
    private static final long STOP_MILLIS = 50;

    private final int descriptor;
    private final int ownGroup;

    private LinuxTerminal(int descriptor, int ownGroup) {
        this.descriptor = descriptor;
        this.ownGroup = ownGroup;
    }

    /**
     * Opens the terminal, if there is one. This process then ignores the signal for an output of a
     * process in the background, because it may take the terminal back from there.
     */
    static Optional<HostTerminal> open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/dev/tty");
            int descriptor = LinuxFcntl.open(ErrnoState.IGNORED, path, O_RDWR | O_CLOEXEC);
            if (descriptor < 0) {
                return Optional.empty();
            }
            SignalActions.set(SIGINT, SIG_IGN);
            SignalActions.set(SIGTTOU, SIG_IGN);
            return Optional.of(new LinuxTerminal(descriptor, Unistd.getpgrp()));
        }
    }

    @Override
    public boolean lend(long group) {
        return isOwnedBy(ownGroup) && give((int) group);
    }

    @Override
    public void takeBack(long group) {
        if (isOwnedBy((int) group)) {
            give(ownGroup);
        }
    }

    private boolean isOwnedBy(int group) {
        return Unistd.tcgetpgrp(ErrnoState.IGNORED, descriptor) == group;
    }

    private boolean give(int group) {
        return Unistd.tcsetpgrp(ErrnoState.IGNORED, descriptor, group) == 0;
    }

    @Override
    public boolean isStopped(long pid) {
        return StatFile.isStopped((int) pid);
    }

    @Override
    public void suspend() {
        Signal.kill(ErrnoState.IGNORED, -ownGroup, SIGTSTP);
        try {
            Thread.sleep(STOP_MILLIS); // another thread may get the signal, which stops all
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void resume(long group) {
        Signal.kill(ErrnoState.IGNORED, (int) -group, SIGCONT);
    }
}
