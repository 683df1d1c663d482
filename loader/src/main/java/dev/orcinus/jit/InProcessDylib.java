package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.binding.CallbackTables;
import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.local.LocalProgram;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.runtime.flight.FlightNotes;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A dylib whose code is in this process. It is a {@link SymbolLookup}, so code that binds to a
 * library can bind to it, such as the classes that {@code jextract} writes.
 *
 * <pre>{@code
 * InProcessDylib dylib = jit.createDylib("numerics");
 * dylib.add(Path.of("integrate.o"));
 * dylib.define("f", f, FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));      // a method handle
 * MethodHandle integrate = dylib.function(
 *         "integrate", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE, JAVA_INT));
 * }</pre>
 *
 * <p>The memory segment of a symbol is alive until the object that defines the symbol is removed.
 * The segment of a symbol that no object defines is alive until the dylib is closed that {@link
 * #define} was called for, or this dylib if the symbol is from outside. As with {@link
 * java.lang.foreign.Arena#ofShared}, the object or dylib cannot be closed during a native call that
 * uses one of its segments.
 */
public final class InProcessDylib extends CallableDylib implements SymbolLookup {
    private final InProcessJit jit;
    private final NativeFunctions functions;

    InProcessDylib(InProcessJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.jit = jit;
        this.functions = jit.functions();
    }

    @Override
    public Optional<MemorySegment> find(String name) {
        Objects.requireNonNull(name, "name");
        return findOpened(name, found -> view(found, 0));
    }

    @Override
    public MemorySegment address(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        return opened(symbol, found -> view(found, 0));
    }

    @Override
    public MemorySegment variable(String symbol, MemoryLayout layout) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(layout, "layout");
        return opened(
                symbol,
                found -> {
                    requireAligned(symbol, found.address(), layout);
                    return view(found, layout.byteSize());
                });
    }

    private MemorySegment view(LinkSession.Found found, long sizeBytes) {
        return functions.view(found.address(), sizeBytes, lifetime(found));
    }

    /** {@inheritDoc} The check costs each call about a nanosecond. */
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

    /**
     * Returns a handle that calls a function as {@link #function} does, but without its check. If
     * the function's object is removed before or during a call, the call may crash the process or
     * corrupt memory. An exception of native code ends the process. Use it for very short functions
     * whose object is never removed; {@link #replace} refuses to replace it.
     *
     * @param shape the function's C type
     * @throws UnresolvedSymbolsException if the symbol is not defined
     */
    public MethodHandle uncheckedFunction(
            String symbol, FunctionDescriptor shape, Linker.Option... options) {
        requireFunction(symbol, shape, options);
        return opened(
                symbol,
                found -> {
                    lifetime(found).fixCalls();
                    return functions.unguarded(found.address(), shape, options);
                });
    }

    @Override
    void prepareCalls() {
        InProcessSide.prepare();
    }

    @Override
    CallEntries entries() {
        return InProcessSide.entries();
    }

    @Override
    void copy(long address, MemorySegment bytes, boolean isWriting) {
        MemorySegment there =
                functions.view(new ExecutorAddress(address), bytes.byteSize(), dylib().lifetime());
        MemorySegment.copy(
                isWriting ? bytes : there, 0, isWriting ? there : bytes, 0, bytes.byteSize());
    }

    @Override
    BoundLibrary makeLibrary() {
        return new InProcessLibrary(this, functions, new CallbackTables());
    }

    /**
     * {@inheritDoc} If the method throws, native frames are left as C++ would leave them, and the
     * call that the method was called from throws the exception. Code that has no unwind tables
     * goes on with a result of zero, and so do initializers, finalizers and functions that {@link
     * #run} calls: a {@link LinkException} tells of the exception then.
     */
    @Override
    public InProcessDylib define(String symbol, MethodHandle method, FunctionDescriptor shape) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(shape, "shape");
        requireOpen();
        MethodHandle noted = FlightNotes.around(symbol, method);
        return define(symbol, functions.throwingCallback(noted, shape, dylib().lifetime()));
    }

    @Override
    public InProcessDylib define(String symbol, MemorySegment address) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(address, "address");
        requireOpen();
        return define(symbol, nativeAddress(symbol, address));
    }

    private InProcessDylib define(String symbol, ExecutorAddress address) {
        session().define(dylib(), session().format().symbolOf(symbol), address);
        return this;
    }

    private static ExecutorAddress nativeAddress(String symbol, MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(symbol + " is on the Java heap: " + segment);
        }
        return new ExecutorAddress(segment.address());
    }

    /**
     * Makes this dylib ask {@code lookup} for symbols that no object defines. The caller must keep
     * the addresses valid. The lookup must not use this {@link Jit}; use {@link #linkAgainst} to
     * add another dylib.
     *
     * @throws IllegalArgumentException if {@code lookup} is a dylib of this {@link Jit}
     */
    public InProcessDylib addLookup(SymbolLookup lookup) {
        Objects.requireNonNull(lookup, "lookup");
        requireOpen();
        if (lookup instanceof InProcessDylib other && other.jit == jit) {
            throw new IllegalArgumentException(
                    other.name() + " belongs to this Jit: link against it");
        }
        SymbolSource source = names -> names.stream().map(name -> ask(lookup, name)).toList();
        session().addSource(dylib(), session().format().askingInC(source));
        return this;
    }

    private static ExecutorAddress ask(SymbolLookup lookup, String symbol) {
        return lookup.find(symbol)
                .map(segment -> nativeAddress(symbol, segment))
                .orElse(ExecutorAddress.NULL);
    }

    @Override
    public InProcessDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    @Override
    public InProcessDylib addLibrary(String path) {
        super.addLibrary(path);
        return this;
    }

    /**
     * Turns this process into the program in this dylib. It links the program, then runs its
     * initializers, {@code main}, the functions that it has registered at exit, and its finalizers,
     * on one thread with a stack of 8 MiB. The process ends with the result of {@code main}, or
     * with the status that the program passes to {@code exit}. Java's shutdown hooks do not run.
     *
     * <p>This method returns only if the program could not start. Write the call as follows, so
     * that a reader sees that nothing comes after it:
     *
     * <pre>{@code throw dylib.becomeProgram("main", List.of("program"));}</pre>
     *
     * @param entry the function's symbol, usually {@code main}
     * @param arguments all arguments, the program's name first
     * @return the reason why the program could not be linked or initialized
     */
    public LinkException becomeProgram(String entry, List<String> arguments) {
        Objects.requireNonNull(entry, "entry");
        List<String> argv = Lists.copy(arguments, "arguments");
        session().target().setArguments(argv);
        try {
            link();
            try (BegunCall main = begin(entry)) {
                return jit.target().exec(new Program(this, main.address(), argv));
            }
        } catch (LinkException e) {
            return e;
        }
    }

    private record Program(InProcessDylib dylib, ExecutorAddress entry, List<String> arguments)
            implements LocalProgram {
        @Override
        public void initialize() {
            dylib.initialize();
        }

        @Override
        public void runFinalizers() {
            dylib.session().runAllFinalizers();
        }
    }
}
