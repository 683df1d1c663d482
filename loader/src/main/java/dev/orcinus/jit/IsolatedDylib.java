package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.isolated.IsolatedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.flight.FlightNotes;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.Optional;

/**
 * A dylib whose code is in a process of its own. A segment of 0 bytes stands for an address of that
 * process; {@link IsolatedJit} says what else can be passed. All methods throw a {@link
 * dev.orcinus.loader.GuestCrashException} after a crash that could not be undone.
 *
 * <pre>{@code
 * IsolatedDylib parser = jit.createDylib("parser");
 * parser.add(Path.of("parser.o"));
 * MemorySegment name = parser.variable("name", ADDRESS);      // an address of the process
 * jit.read(name, copy);
 * }</pre>
 */
public final class IsolatedDylib extends CallableDylib {
    private final IsolatedJit jit;
    private final IsolatedTarget target;
    private final IsolatedFunctions functions;

    IsolatedDylib(IsolatedJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.jit = jit;
        this.target = jit.target();
        this.functions = jit.functions();
    }

    @Override
    public Optional<MemorySegment> find(String name) {
        Objects.requireNonNull(name, "name");
        return findOpened(name, this::segment);
    }

    @Override
    public MemorySegment address(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        return opened(symbol, this::segment);
    }

    @Override
    public MemorySegment variable(String symbol, MemoryLayout layout) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(layout, "layout");
        return opened(
                symbol,
                found -> {
                    requireAligned(symbol, found.address(), layout);
                    return segment(found);
                });
    }

    private MemorySegment segment(LinkSession.Found found) {
        return target.calls().symbol(found.address(), lifetime(found).arena());
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if C has no such shape, or an option means nothing for
     *     another process; {@code firstVariadicArg} and {@code captureCallState("errno")} do
     */
    @Override
    public MethodHandle function(
            String symbol, FunctionDescriptor shape, Linker.Option... options) {
        requireFunction(symbol, shape, options);
        return opened(
                symbol,
                found -> {
                    FunctionGate gate = lifetime(found).gate(symbol);
                    return functions.guarded(found.address(), gate, shape, options);
                });
    }

    @Override
    CallEntries entries() {
        return functions.entries();
    }

    @Override
    void copy(long address, MemorySegment bytes, boolean isWriting) {
        if (!target.copy(bytes, new ExecutorAddress(address), isWriting)) {
            throw new IllegalStateException("0x%x cannot be copied".formatted(address));
        }
    }

    @Override
    BoundLibrary makeLibrary() {
        return new IsolatedLibrary(this, jit, target, functions.entries());
    }

    /**
     * {@inheritDoc} If the method throws, native frames are left as C++ would leave them, and the
     * call that the method was called from throws the exception. Code that has no unwind tables
     * goes on with a result of zero, and so do initializers, finalizers and functions that {@link
     * #run} calls: a {@link dev.orcinus.loader.LinkException} tells of the exception then.
     */
    @Override
    public IsolatedDylib define(String symbol, MethodHandle method, FunctionDescriptor shape) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(shape, "shape");
        requireOpen();
        MemorySegment callback =
                functions.callback(
                        FlightNotes.around(symbol, method), shape, dylib().lifetime().arena());
        return define(symbol, new ExecutorAddress(callback.address()));
    }

    @Override
    public IsolatedDylib define(String symbol, MemorySegment address) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(address, "address");
        requireOpen();
        return define(symbol, target.calls().addressOf(address, symbol));
    }

    private IsolatedDylib define(String symbol, ExecutorAddress address) {
        session().define(dylib(), session().format().symbolOf(symbol), address);
        return this;
    }

    @Override
    public IsolatedDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    @Override
    public IsolatedDylib addLibrary(String path) {
        super.addLibrary(path);
        return this;
    }
}
