package dev.orcinus.loader.targets.local;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** An object that debuggers of this process see, in memory of its own. */
final class ShownObject implements LinkTarget.DebugRegistration {
    private final Arena arena = Arena.ofShared();
    private final GuestDebugger debugger;
    private final AddressRange range;

    ShownObject(GuestDebugger debugger, byte[] object) throws TargetException {
        this.debugger = debugger;
        MemorySegment copy = arena.allocateFrom(ValueLayout.JAVA_BYTE, object);
        this.range = AddressRange.of(new ExecutorAddress(copy.address()), copy.byteSize());
        try {
            debugger.register(range);
        } catch (HostCallException e) {
            arena.close();
            throw new TargetException(e.getMessage(), e);
        }
    }

    @Override
    public void close() throws TargetException {
        try {
            debugger.unregister(range);
        } catch (HostCallException e) {
            throw new TargetException(e.getMessage(), e);
        }
        arena.close();
    }
}
