package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.guest.ExportedFunction;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.List;

/** A guest without machine code, put together of the other fakes. */
public final class FakeGuest implements Guest {
    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final FakeUnwinder unwinder = new FakeUnwinder(memory);
    private final FakeDebugger debugger = new FakeDebugger();
    private final FakeGuestProcess process = new FakeGuestProcess();
    private final FakeInvoker invoker = new FakeInvoker(process);
    private final FakeThreadLocals threadLocals = new FakeThreadLocals();

    /** With nothing in it yet. */
    public FakeGuest() {}

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
        throw new UnsupportedOperationException();
    }

    @Override
    public FakeUnwinder unwinder() {
        return unwinder;
    }

    @Override
    public GuestThreadLocals threadLocals() {
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
