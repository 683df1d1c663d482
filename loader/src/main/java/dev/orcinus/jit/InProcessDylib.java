package dev.orcinus.jit;

import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.lifetime.FunctionGate;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.local.LocalProgram;
import dev.orcinus.platform.ExecutorAddress;
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
 * A dylib whose code is in this process. It is a {@link SymbolLookup}, so whatever binds to a
 * library binds to it, such as the classes that {@code jextract} writes.
 *
 * <p>Memory segments of symbols are alive as long as the object that defines the symbol; those of
 * symbols from outside, as long as this dylib. A native call that gets one of them as an argument
 * or calls one of them keeps the object, as {@link java.lang.foreign.Arena#ofShared} has it.
 */
public final class InProcessDylib extends JitDylib implements SymbolLookup {
    private final InProcessJit jit;
    private final NativeFunctions functions;

    InProcessDylib(InProcessJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.jit = jit;
        this.functions = jit.functions();
    }

    /**
     * The address of a symbol, as a segment of no bytes; opens this dylib first. None if nobody
     * defines it.
     *
     * @throws LinkException if it is defined, but cannot be linked or initialized
     */
    @Override
    public Optional<MemorySegment> find(String name) {
        Objects.requireNonNull(name, "name");
        openFor(name);
        return session().findIfDefined(dylib(), name).map(found -> view(found, 0));
    }

    /**
     * The address of a symbol, as a segment of no bytes; opens this dylib first.
     *
     * @throws UnresolvedSymbolsException if nobody defines it
     */
    public MemorySegment address(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        return view(open(symbol), 0);
    }

    /**
     * A variable, as a segment of its size; opens this dylib first.
     *
     * @param layout its C type
     * @throws UnresolvedSymbolsException if nobody defines it
     * @throws IllegalArgumentException if it is not aligned as the layout asks
     */
    public MemorySegment variable(String symbol, MemoryLayout layout) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(layout, "layout");
        LinkSession.Found found = open(symbol);
        if (Long.remainderUnsigned(found.address().value(), layout.byteAlignment()) != 0) {
            throw new IllegalArgumentException(
                    symbol + " at " + found.address() + " is not aligned for " + layout);
        }
        return view(found, layout.byteSize());
    }

    private MemorySegment view(LinkSession.Found found, long sizeBytes) {
        return functions.view(found.address(), sizeBytes, lifetime(found));
    }

    /**
     * A handle that calls a function; opens this dylib first. The handle throws {@link
     * IllegalStateException} once the object that defines the function has been removed, with its
     * dylib at the latest; that of a function from outside, once this dylib is closed. While a call
     * is inside, whoever removes or closes these is refused. That costs each call about a
     * nanosecond.
     *
     * @param shape the function's C type
     * @throws UnresolvedSymbolsException if nobody defines it
     */
    public MethodHandle function(
            String symbol, FunctionDescriptor shape, Linker.Option... options) {
        requireFunction(symbol, shape, options);
        LinkSession.Found found = open(symbol);
        FunctionGate gate = lifetime(found).gate(symbol);
        return functions.guarded(found.address(), gate, shape, options);
    }

    /**
     * A handle that calls a function as {@link #function} does, but looks at nothing: a call that
     * begins after the function's object has been removed, or is inside meanwhile, is not noticed,
     * and ends the process or worse. For calls so short that a nanosecond matters, to code that
     * stays.
     *
     * @param shape the function's C type
     * @throws UnresolvedSymbolsException if nobody defines it
     */
    public MethodHandle uncheckedFunction(
            String symbol, FunctionDescriptor shape, Linker.Option... options) {
        requireFunction(symbol, shape, options);
        return functions.unguarded(open(symbol).address(), shape, options);
    }

    private static void requireFunction(
            String symbol, FunctionDescriptor shape, Linker.Option... options) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(options, "options");
    }

    /**
     * Defines a symbol as a Java method: loaded code that calls it calls {@code target}, until this
     * dylib is closed.
     *
     * @param target must throw nothing; that would end the process
     * @param shape its C type
     */
    public InProcessDylib define(String symbol, MethodHandle target, FunctionDescriptor shape) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(shape, "shape");
        requireOpen();
        return define(symbol, functions.upcall(target, shape, dylib().lifetime()));
    }

    /**
     * Defines a symbol at an address. The caller sees to it that it stays valid.
     *
     * @throws IllegalArgumentException if it is on the Java heap
     */
    public InProcessDylib define(String symbol, MemorySegment address) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(address, "address");
        requireOpen();
        return define(symbol, nativeAddress(symbol, address));
    }

    private InProcessDylib define(String symbol, ExecutorAddress address) {
        session().define(dylib(), symbol, address);
        return this;
    }

    private static ExecutorAddress nativeAddress(String symbol, MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException(symbol + " is on the Java heap: " + segment);
        }
        return new ExecutorAddress(segment.address());
    }

    /**
     * Asks {@code lookup} for symbols that are defined nowhere else. The caller sees to it that the
     * addresses stay valid. It must not use this {@link Jit}: for another dylib there is {@link
     * #linkAgainst}.
     *
     * @throws IllegalArgumentException if it is a dylib of this {@link Jit}
     */
    public InProcessDylib addLookup(SymbolLookup lookup) {
        Objects.requireNonNull(lookup, "lookup");
        requireOpen();
        if (lookup instanceof InProcessDylib other && other.jit == jit) {
            throw new IllegalArgumentException(
                    other.name() + " belongs to this Jit: link against it");
        }
        session()
                .addSource(
                        dylib(), names -> names.stream().map(name -> ask(lookup, name)).toList());
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
     * Ends this process as the program in this dylib: links it, then runs initializers, {@code
     * main}, what it has registered at exit, and finalizers, on one thread with a big stack. The
     * process ends with what {@code main} has returned, or with the status that the program has
     * given to {@code exit}. Java's shutdown hooks do not run.
     *
     * <p>If the program has started, this does not return. It returns only to say why the program
     * could not start, and is written so that a reader sees that nothing comes after it:
     *
     * <pre>{@code throw dylib.becomeProgram("main", List.of("program"));}</pre>
     *
     * @param entry usually {@code main}
     * @param arguments all of them, the program's name first
     * @return why the program could not be linked, or its initializers not be run
     */
    public LinkException becomeProgram(String entry, List<String> arguments) {
        Objects.requireNonNull(entry, "entry");
        List<String> argv = List.copyOf(Objects.requireNonNull(arguments, "arguments"));
        try {
            link();
            LinkSession.Found main = session().find(dylib(), entry);
            try (FunctionGate.Call _ = lifetime(main).gate(entry).call()) {
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
