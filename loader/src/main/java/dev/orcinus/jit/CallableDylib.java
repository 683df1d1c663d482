package dev.orcinus.jit;

import dev.orcinus.jit.binding.BoundLibrary;
import dev.orcinus.jit.binding.InterfaceBinder;
import dev.orcinus.jit.unwinding.CallEntries;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A dylib whose functions Java calls through method handles, and whose code calls Java.
 *
 * <pre>{@code
 * CallableDylib dylib = jit.createDylib("maths");
 * dylib.add(Path.of("maths.o"));
 * Maths maths = dylib.bind(Maths.class);
 * }</pre>
 */
public abstract sealed class CallableDylib extends JitDylib permits InProcessDylib, IsolatedDylib {
    private final Replacements replacements;
    private final Lock lasting;
    private BoundLibrary library;

    CallableDylib(CallableJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
        this.lasting = jit.replacing().readLock();
        this.replacements = new Replacements(this, jit.replacing().writeLock());
    }

    /**
     * Opens this dylib if an object defines a symbol, and makes something of the symbol's place,
     * while no object gives way to another one.
     *
     * @throws UnresolvedSymbolsException if the symbol is not defined
     */
    final <T> T opened(String symbol, Function<LinkSession.Found, T> use) {
        openFor(symbol);
        return whileAllStays(
                () -> use.apply(session().find(dylib(), session().format().symbolOf(symbol))));
    }

    /** Does what {@link #opened} does, but returns nothing if the symbol is not defined. */
    final <T> Optional<T> findOpened(String symbol, Function<LinkSession.Found, T> use) {
        openFor(symbol);
        return whileAllStays(
                () ->
                        session()
                                .findIfDefined(dylib(), session().format().symbolOf(symbol))
                                .map(use));
    }

    /**
     * Initializers and finalizers do not wait for a replacement, because it may wait for them; so
     * they run without the lock, and before others take it.
     */
    @Override
    final <T> T whileAllStays(Supplier<T> step) {
        if (session().isAtWorkHere()) {
            return step.get();
        }
        lasting.lock();
        try {
            return step.get();
        } finally {
            lasting.unlock();
        }
    }

    /**
     * Returns the address of a symbol as a segment of 0 bytes, or nothing if the symbol is not
     * defined. Opens this dylib first.
     *
     * @throws dev.orcinus.loader.LinkException if the symbol is defined, but cannot be linked or
     *     initialized
     */
    public abstract Optional<MemorySegment> find(String name);

    /**
     * Returns the address of a symbol as a segment of 0 bytes. Opens this dylib first.
     *
     * @throws UnresolvedSymbolsException if the symbol is not defined
     */
    public abstract MemorySegment address(String symbol);

    /**
     * Returns a variable as a segment of the layout's size. Opens this dylib first. Of a process of
     * its own, it is a segment of 0 bytes, which {@link IsolatedJit#read} and {@link
     * IsolatedJit#write} take.
     *
     * <pre>{@code int count = dylib.variable("count", JAVA_INT).get(JAVA_INT, 0);}</pre>
     *
     * @param layout the variable's C type
     * @throws UnresolvedSymbolsException if the symbol is not defined
     * @throws IllegalArgumentException if the address does not have the layout's alignment
     */
    public abstract MemorySegment variable(String symbol, MemoryLayout layout);

    static void requireAligned(String symbol, ExecutorAddress address, MemoryLayout layout) {
        if (Long.remainderUnsigned(address.value(), layout.byteAlignment()) != 0) {
            throw new IllegalArgumentException(
                    symbol + " at " + address + " is not aligned for " + layout);
        }
    }

    /**
     * Returns a handle that calls a function. Opens this dylib first. The handle throws {@link
     * IllegalStateException} after the object that defines the function has been removed or its
     * dylib closed. If no object defines the function, the handle throws after this dylib has been
     * closed. Until a call has returned, the object and the dylib refuse to be closed.
     *
     * <p>An exception that leaves the function, such as one of C++, is thrown as a {@link
     * dev.orcinus.loader.NativeException}.
     *
     * @param shape the function's C type
     * @throws UnresolvedSymbolsException if the symbol is not defined
     */
    public abstract MethodHandle function(
            String symbol, FunctionDescriptor shape, Linker.Option... options);

    /**
     * Returns an object whose methods call the functions of this dylib that have their names. A
     * call costs what the handle of {@link #function} costs. Opens this dylib first.
     *
     * <pre>{@code
     * interface Numerics {
     *     double integrate(double a, double b, int n);
     *
     *     @Symbol("qsort")
     *     void sort(@InOut int[] numbers, long count, long size, Comparator comparator);
     *
     *     interface Comparator {
     *         int compare(@ByReference int a, @ByReference int b);
     *     }
     * }
     *
     * Numerics numerics = dylib.bind(Numerics.class);
     * int[] numbers = {3, 1, 2};
     * numerics.sort(numbers, 3, 4, (a, b) -> Integer.compare(a, b));
     * }</pre>
     *
     * <p>What C has for the types of Java:
     *
     * <ul>
     *   <li>numbers: those of the same size, so {@code long} is {@code long}, {@code size_t} and
     *       {@code int64_t}; {@code char} is {@code uint16_t}, {@code boolean} is {@code bool};
     *   <li>{@link MemorySegment}: a pointer; null is a null pointer. What C returns has 0 bytes,
     *       unless {@code @Size} says more;
     *   <li>{@link String}: a {@code const char *} in UTF-8; null is a null pointer. C gets a copy,
     *       which is valid until the function returns. A returned text is copied, and stays C's:
     *       declare a {@code MemorySegment} if it has to be freed;
     *   <li>a record: a struct by value, or a pointer to one with {@code @ByReference}. Its members
     *       are laid out as C compilers do: numbers, {@code MemorySegment}, {@code String},
     *       records, and with {@code @Length} arrays and texts. A field {@code static final
     *       GroupLayout LAYOUT} of the record, whose members have the names of the components, says
     *       another layout;
     *   <li>an array of numbers, records or texts: a pointer to a copy, which is valid until the
     *       function returns; {@code @Out} and {@code @InOut} copy it back. An array of texts ends
     *       with a null pointer. {@code @Critical} passes arrays of numbers without copies;
     *   <li>an interface with one method: a function pointer, for numbers, {@code MemorySegment},
     *       {@code String}, records and {@code @ByReference}. It is valid as long as the program
     *       refers to the object, and during the call in any case; {@code @Kept} keeps it until
     *       this dylib is closed. One object always has the same address. A call of an object that
     *       was given up does nothing but tell of it. What the method throws is thrown by the call
     *       that it was called from, and C gets zero, or what {@code @Fallback} says;
     *   <li>{@code Object...} as the last parameter: variable arguments, with C's promotions.
     * </ul>
     *
     * <p>A method that declares {@link dev.orcinus.jit.bind.LastErrorException} throws it, with
     * {@code errno}, if the function returns -1 or a null pointer; {@code @SaveError} only keeps
     * {@code errno}. Default methods and static ones are what they are, as are methods of {@link
     * Object}; {@code toString} names the interface and this dylib.
     *
     * @param type the interface. It is accessible if it is public in an exported package, or if its
     *     package is open to this module, as all packages of the class path are
     * @throws IllegalArgumentException if the type is no interface or is not accessible, or if C
     *     does not have the type of a method: the message names all such methods with their
     *     parameters
     * @throws UnresolvedSymbolsException if functions are not defined: it names all
     */
    public final <T> T bind(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return InterfaceBinder.bind(type, null, library());
    }

    /**
     * Does what {@link #bind(Class)} does for an interface that only the caller sees.
     *
     * <pre>{@code Numerics numerics = dylib.bind(Numerics.class, MethodHandles.lookup());}</pre>
     *
     * @param lookup the caller's {@link MethodHandles#lookup}
     * @throws IllegalArgumentException as {@link #bind(Class)} does
     * @throws UnresolvedSymbolsException if functions are not defined: it names all
     */
    public final <T> T bind(Class<T> type, MethodHandles.Lookup lookup) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(lookup, "lookup");
        return InterfaceBinder.bind(type, lookup, library());
    }

    /**
     * Replaces an object by another one while its functions are being called. The new object is
     * linked, and its initializers run; then variables that are named are copied from the old one;
     * then new calls go to the new code, by all handles and bound interfaces that there are. Calls
     * that are inside finish in the old code, which is freed when they have returned. Nothing has
     * changed if this method throws.
     *
     * <pre>{@code
     * JitObject counter = dylib.compile("c", "int total; int add(int n) { return total += n; }");
     * Counter bound = dylib.bind(Counter.class);
     * bound.add(5);
     * dylib.replace(counter, nextVersion, "total");      // what add does has changed, total is 5
     * }</pre>
     *
     * @param object an object of this dylib that has been linked, and whose functions only Java
     *     calls; it stands for the new one then. Segments of its variables are not alive any more
     *     when the old code is freed
     * @param newBytes the new object file
     * @param state variables that keep their values; they have the same size in both
     * @throws IllegalStateException if the object cannot be removed, as {@link JitObject#close}
     *     says, if another object refers to it, if it has {@linkplain Linker.Option#critical
     *     critical} or {@linkplain InProcessDylib#uncheckedFunction unchecked} handles, or if it
     *     has been closed. Also if an initializer or a finalizer calls this method
     * @throws IllegalArgumentException if a variable has another size, or the object is an archive
     * @throws UnresolvedSymbolsException if a variable is missing, or a function of which there is
     *     a handle
     * @throws dev.orcinus.loader.LinkException if the new object cannot be linked or initialized
     * @throws UnsupportedOperationException if this system has no way to redirect calls
     */
    public final void replace(JitObject object, byte[] newBytes, String... state) {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(newBytes, "newBytes");
        requireOpen();
        if (session().isAtWorkHere()) {
            throw new IllegalStateException(
                    object.name() + " cannot be replaced by an initializer or a finalizer");
        }
        replacements.replace(object, newBytes, Lists.copy(state, "state"));
    }

    /** Copies memory of the code's process. */
    abstract void copy(long address, MemorySegment bytes, boolean isWriting);

    /** Returns the entries of calls, or null if the system has none. */
    abstract CallEntries entries();

    /** Returns this dylib as bound interfaces see it, which share memory and callbacks. */
    private synchronized BoundLibrary library() {
        if (library == null) {
            library = makeLibrary();
        }
        return library;
    }

    /** Makes what {@link #library} returns from then on. */
    abstract BoundLibrary makeLibrary();

    static void requireFunction(String symbol, FunctionDescriptor shape, Linker.Option... options) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(shape, "shape");
        Objects.requireNonNull(options, "options");
        for (Linker.Option option : options) {
            Objects.requireNonNull(option, "options has an element that is null");
        }
    }

    /**
     * Defines a symbol as a Java method: loaded code that calls the symbol calls {@code method}, on
     * any of its threads. The definition is valid until this dylib is closed.
     *
     * @param method the method
     * @param shape the symbol's C type
     * @throws dev.orcinus.loader.DuplicateDefinitionException if this dylib defines the symbol
     *     already
     */
    public abstract CallableDylib define(
            String symbol, MethodHandle method, FunctionDescriptor shape);

    /**
     * Defines a symbol at an address. The caller must keep the address valid.
     *
     * @throws IllegalArgumentException if the segment is not in memory of the code's process, for
     *     instance on the Java heap
     * @throws dev.orcinus.loader.DuplicateDefinitionException if this dylib defines the symbol
     *     already
     */
    public abstract CallableDylib define(String symbol, MemorySegment address);

    @Override
    public CallableDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    @Override
    public CallableDylib addLibrary(String path) {
        super.addLibrary(path);
        return this;
    }
}
