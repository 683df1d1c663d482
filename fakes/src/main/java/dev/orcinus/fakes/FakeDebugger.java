package dev.orcinus.fakes;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A debugger that lists the registered objects; a test can make it fail. */
public final class FakeDebugger implements GuestDebugger {
    private final List<AddressRange> known = new ArrayList<>();
    private boolean fails;

    /** A debugger without objects. */
    public FakeDebugger() {}

    /** Returns the objects that are registered now. */
    public synchronized List<AddressRange> known() {
        return List.copyOf(known);
    }

    /** Makes registering and unregistering fail from now on. */
    public synchronized void fail() {
        fails = true;
    }

    @Override
    public synchronized void register(AddressRange object) throws HostCallException {
        failIfTold();
        known.add(object);
    }

    @Override
    public synchronized void unregister(AddressRange object) throws HostCallException {
        failIfTold();
        known.remove(object);
    }

    @Override
    public Optional<ExecutorAddress> find(String name) {
        return Optional.empty();
    }

    private void failIfTold() throws HostCallException {
        if (fails) {
            throw new HostCallException("__jit_debug_register_code", 0, "no debugger");
        }
    }
}
