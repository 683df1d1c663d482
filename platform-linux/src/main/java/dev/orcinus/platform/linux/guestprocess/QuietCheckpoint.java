package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A checkpoint that is taken while nothing runs in the guest. One thread at a time may use it. */
final class QuietCheckpoint {
    /** The links of an empty folder: its name, and the dot in it. */
    private static final int FOLDER_LINKS = 2;

    private static final long WAIT_NANOS = 20_000;

    private final NativeGuest guest;
    private final Maker maker;
    private GuestCheckpoint made;
    private HostCallException failure;

    /** Takes a checkpoint, whatever runs. */
    @FunctionalInterface
    interface Maker {
        GuestCheckpoint make() throws HostCallException;
    }

    QuietCheckpoint(NativeGuest guest, Maker maker) {
        this.guest = guest;
        this.maker = maker;
    }

    /** Takes it, if calls of other threads return in time; empty if something runs. */
    Optional<GuestCheckpoint> take(Duration patience) throws HostCallException {
        long start = System.nanoTime();
        while (guest.threads().whileQuiet(_ -> attempt()).isEmpty()) {
            boolean isLate = System.nanoTime() - start >= patience.toNanos();
            if (isLate || guest.threads().isInUseHere()) {
                return Optional.empty();
            }
            LockSupport.parkNanos(WAIT_NANOS);
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.ofNullable(made);
    }

    private boolean attempt() {
        try {
            made = hasOwnThreads() ? null : maker.make();
        } catch (HostCallException e) {
            failure = e;
        }
        return true;
    }

    /** Returns whether guest code has made threads that have not ended. */
    private boolean hasOwnThreads() {
        try {
            Path tasks = Path.of("/proc", guest.pid() + "", "task");
            int count = (int) Files.getAttribute(tasks, "unix:nlink") - FOLDER_LINKS;
            return count > guest.threads().count();
        } catch (IOException gone) {
            return true;
        }
    }
}
