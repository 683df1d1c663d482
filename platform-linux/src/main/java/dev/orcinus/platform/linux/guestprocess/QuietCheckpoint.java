package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A checkpoint that is taken while nothing runs in the guest. One thread at a time may use it. */
final class QuietCheckpoint {
    private static final long WAIT_NANOS = 20_000;

    private final NativeGuest guest;
    private final BooleanSupplier hasOwnThreads;
    private final Maker maker;
    private GuestCheckpoint made;
    private HostCallException failure;

    /** Takes a checkpoint, whatever runs. */
    @FunctionalInterface
    interface Maker {
        GuestCheckpoint make() throws HostCallException;
    }

    /**
     * A checkpoint of a guest.
     *
     * @param hasOwnThreads whether guest code has made threads that have not ended
     */
    QuietCheckpoint(NativeGuest guest, BooleanSupplier hasOwnThreads, Maker maker) {
        this.guest = guest;
        this.hasOwnThreads = hasOwnThreads;
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
            made = hasOwnThreads.getAsBoolean() ? null : maker.make();
        } catch (HostCallException e) {
            failure = e;
        }
        return true;
    }
}
