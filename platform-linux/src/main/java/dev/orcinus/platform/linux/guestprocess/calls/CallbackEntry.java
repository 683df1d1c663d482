package dev.orcinus.platform.linux.guestprocess.calls;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.linux.guestprocess.threads.EscapedException;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Upcall;

/** An address in the guest that calls one Java method after the other. Many threads may use it. */
final class CallbackEntry implements ExportedFunction {
    private final CallbackEntries owner;
    private volatile ExportedFunction function;
    private volatile ExecutorAddress address;

    /** An entry that is given back to its owner. */
    CallbackEntry(CallbackEntries owner) {
        this.owner = owner;
    }

    CallbackEntries owner() {
        return owner;
    }

    void placeAt(ExecutorAddress place) {
        address = place;
    }

    ExecutorAddress address() {
        return address;
    }

    /** Makes it call a function; null if none may be called. */
    void become(ExportedFunction called) {
        function = called;
    }

    @Override
    public void serve(Upcall call) {
        ExportedFunction called = function;
        if (called == null) {
            throw new EscapedException(
                    new IllegalStateException(
                            "guest code calls a callback whose arena is closed, at " + address));
        }
        called.serve(call);
    }
}
