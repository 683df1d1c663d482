package dev.orcinus.runtime.observe;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestDebugger;
import java.util.Optional;

/** Shows debug objects to debuggers, through GDB's JIT interface. */
final class DebuggerSink implements CodeSink {
    private final GuestDebugger debugger;

    DebuggerSink(GuestDebugger debugger) {
        this.debugger = debugger;
    }

    @Override
    public void arrived(LoadedCode code) throws HostCallException {
        Optional<AddressRange> object = code.debugObject();
        if (object.isPresent()) {
            debugger.register(object.get());
        }
    }

    @Override
    public void left(LoadedCode code) throws HostCallException {
        Optional<AddressRange> object = code.debugObject();
        if (object.isPresent()) {
            debugger.unregister(object.get());
        }
    }
}
