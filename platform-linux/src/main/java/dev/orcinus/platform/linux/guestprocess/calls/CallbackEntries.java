package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.program.GuestProgram;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Entries for callbacks in a guest, which are made many at a time and used again. Its lock guards
 * those that are free.
 */
final class CallbackEntries {
    private static final int AT_A_TIME = 64;

    private final Deque<CallbackEntry> free = new ArrayDeque<>();
    private final GuestProgram kind;
    private final TypedCalls.Exports exports;

    /**
     * Entries of a kind.
     *
     * @param kind the part of the guest's program that they call
     */
    CallbackEntries(GuestProgram kind, TypedCalls.Exports exports) {
        this.kind = kind;
        this.exports = exports;
    }

    /** Takes an entry for a function, if one is free. */
    synchronized Optional<CallbackEntry> takeFree(ExportedFunction function) {
        CallbackEntry entry = free.pollFirst();
        if (entry != null) {
            entry.become(function);
        }
        return Optional.ofNullable(entry);
    }

    /** Takes an entry for a function; if none is free, more are made. */
    synchronized CallbackEntry take(ExportedFunction function) throws HostCallException {
        if (free.isEmpty()) {
            addMore();
        }
        return takeFree(function).orElseThrow();
    }

    private void addMore() throws HostCallException {
        List<CallbackEntry> made = new ArrayList<>(AT_A_TIME);
        for (int i = 0; i < AT_A_TIME; i++) {
            made.add(new CallbackEntry(this));
        }
        List<ExecutorAddress> addresses = exports.add(List.copyOf(made), kind);
        for (int i = 0; i < AT_A_TIME; i++) {
            made.get(i).placeAt(addresses.get(i));
        }
        free.addAll(made);
    }

    /** Gives an entry back, whose function nobody may call any more. */
    synchronized void giveBack(CallbackEntry entry) {
        entry.become(null);
        free.addLast(entry);
    }
}
