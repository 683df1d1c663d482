package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A guest without machine code, put together of the other fakes. */
public final class FakeGuest implements Guest {
    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final FakeUnwinder unwinder = new FakeUnwinder(memory);
    private final FakeDebugger debugger = new FakeDebugger();
    private final FakeGuestProcess process = new FakeGuestProcess(memory);
    private final FakeInvoker invoker = new FakeInvoker(process);
    private final FakeThreadLocals threadLocals = new FakeThreadLocals();
    private final Map<ExecutorAddress, ExportedFunction> exported = new HashMap<>();

    /** An empty guest. */
    public FakeGuest() {}

    /** Returns the function that was given an address, or null. */
    public ExportedFunction exportedAt(ExecutorAddress address) {
        return exported.get(address);
    }

    @Override
    public Triple triple() {
        return new Triple("x86_64-pc-linux-gnu");
    }

    @Override
    public FakeGuestMemory memory() {
        return memory;
    }

    @Override
    public GuestLibraries libraries() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FakeInvoker invoker() {
        return invoker;
    }

    @Override
    public List<ExecutorAddress> export(List<ExportedFunction> functions) {
        List<ExecutorAddress> addresses = new ArrayList<>(functions.size());
        ExecutorAddress next = memory.pages(functions.size() + 1L, MemProt.READ_EXEC).start();
        for (ExportedFunction function : functions) {
            exported.put(next, function);
            addresses.add(next);
            next = next.plus(1);
        }
        return addresses;
    }

    @Override
    public FakeUnwinder unwinder() {
        return unwinder;
    }

    @Override
    public FakeThreadLocals threadLocals() {
        return threadLocals;
    }

    @Override
    public FakeDebugger debugger() {
        return debugger;
    }

    @Override
    public FakeGuestProcess process() {
        return process;
    }
}
