package dev.orcinus.jit;

import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.link.Dylib;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import java.util.Optional;

/** A dylib whose functions Java calls through method handles, and whose code calls Java. */
public abstract sealed class CallableDylib extends JitDylib permits InProcessDylib, IsolatedDylib {
    CallableDylib(Jit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
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
     * Returns a handle that calls a function. Opens this dylib first. The handle throws {@link
     * IllegalStateException} after the object that defines the function has been removed or its
     * dylib closed. If no object defines the function, the handle throws after this dylib has been
     * closed. Until a call has returned, the object and the dylib refuse to be closed.
     *
     * @param shape the function's C type
     * @throws UnresolvedSymbolsException if the symbol is not defined
     */
    public abstract MethodHandle function(
            String symbol, FunctionDescriptor shape, Linker.Option... options);

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
     * @param method the method; it must not throw, because an exception ends the process of the
     *     code
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
