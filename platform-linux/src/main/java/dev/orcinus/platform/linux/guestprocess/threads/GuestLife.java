package dev.orcinus.platform.linux.guestprocess.threads;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.mailbox.ProcessLife;
import dev.orcinus.platform.linux.guestprocess.mailbox.Slot;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.util.Optional;
import java.util.function.Consumer;

/** What all threads of one guest process share, as long as this process lives. Immutable. */
final class GuestLife {
    private final int pid;
    private final Mailbox mailbox;
    private final ProcessLife life;
    private final LibcAddresses addresses;
    private final ExportedFunctions exports;
    private final GuestCopy memory;
    private final PendingCalls pending;
    private final CrashWatch watch;
    private final Consumer<Slot> onCrash;
    private final DescriptorLine descriptors;

    /**
     * A life of a process.
     *
     * @param watch is told of a crash first
     * @param onCrash ends a process one of whose threads has crashed
     * @param descriptors brings descriptors to the process, if it is open
     */
    GuestLife(
            int pid,
            Mailbox mailbox,
            ProcessLife life,
            LibcAddresses addresses,
            ExportedFunctions exports,
            GuestCopy memory,
            PendingCalls pending,
            CrashWatch watch,
            Consumer<Slot> onCrash,
            DescriptorLine descriptors) {
        this.pid = pid;
        this.mailbox = mailbox;
        this.life = life;
        this.addresses = addresses;
        this.exports = exports;
        this.memory = memory;
        this.pending = pending;
        this.watch = watch;
        this.onCrash = onCrash;
        this.descriptors = descriptors;
    }

    DescriptorLine descriptors() {
        return descriptors;
    }

    int pid() {
        return pid;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    ProcessLife life() {
        return life;
    }

    LibcAddresses addresses() {
        return addresses;
    }

    ExportedFunctions exports() {
        return exports;
    }

    GuestCopy memory() {
        return memory;
    }

    PendingCalls pending() {
        return pending;
    }

    /**
     * Returns how a call has ended whose thread has crashed, if the process goes on after that;
     * else {@link #crashed} is to be called.
     */
    Optional<GuestEnd> endOfCall(Slot slot) {
        return watch.goesOn(memory, slot) ? Optional.of(endOf(slot)) : Optional.empty();
    }

    private static GuestEnd endOf(Slot slot) {
        ExecutorAddress address = CrashContext.faultAddress(slot).orElse(ExecutorAddress.NULL);
        return new GuestEnd.Crashed(slot.signal(), address);
    }

    /**
     * Notes a crash, and ends the process. A thread that crashes while another crash is told, or
     * after the process has been told to end, waits for that end.
     */
    void crashed(Slot slot) {
        if (!life.expects(endOf(slot))) {
            life.awaitEnd();
            return;
        }
        try {
            watch.tell(memory, slot);
        } finally {
            onCrash.accept(slot);
        }
    }

    /** Ends a process whose thread has written a message that does not exist. */
    private void endsBecauseOfGarbage(Slot slot) {
        var _ = life.expects(new GuestEnd.Lost("guest code has written into memory of Orcinus"));
        onCrash.accept(slot);
    }

    /**
     * Ends the process, if it lives, because a Java function that it has called has thrown.
     *
     * @return the exception for those who wait for the process
     */
    GuestGoneException endsBecauseOf(Throwable thrown, Slot slot) {
        if (!life.isOver()) {
            String reason = "a Java function that it has called threw " + thrown;
            var _ = life.expects(new GuestEnd.Lost(reason));
            onCrash.accept(slot);
        }
        GuestGoneException gone = new GuestGoneException(life.awaitEnd());
        gone.initCause(thrown);
        return gone;
    }

    /** Returns the exception for a message that says that the process has ended. */
    GuestGoneException gone(Slot slot) {
        if (!life.isOver()) {
            endsBecauseOfGarbage(slot);
        }
        return new GuestGoneException(life.awaitEnd());
    }
}
