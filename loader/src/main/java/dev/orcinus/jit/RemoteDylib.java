package dev.orcinus.jit;

import dev.orcinus.loader.link.Dylib;
import dev.orcinus.platform.ExecutorAddress;
import java.util.Objects;

/**
 * A dylib whose code is in another process.
 *
 * <pre>{@code
 * RemoteDylib dylib = jit.createDylib("hello");
 * dylib.add(Path.of("hello.o"));
 * int status = dylib.run("main", List.of("hello", "Orcinus"));
 * }</pre>
 */
public final class RemoteDylib extends JitDylib {
    RemoteDylib(RemoteJit jit, Dylib dylib, String name) {
        super(jit, dylib, name);
    }

    /**
     * Returns the address of a symbol in the other process. Opens this dylib first.
     *
     * @throws dev.orcinus.loader.UnresolvedSymbolsException if the symbol is not defined
     */
    public TargetAddress address(String symbol) {
        Objects.requireNonNull(symbol, "symbol");
        return new TargetAddress(open(symbol).address().value());
    }

    /**
     * Defines a symbol at an address of the other process. The caller must keep the address valid.
     *
     * @throws dev.orcinus.loader.DuplicateDefinitionException if this dylib defines the symbol
     *     already
     */
    public RemoteDylib define(String symbol, TargetAddress address) {
        Objects.requireNonNull(symbol, "symbol");
        Objects.requireNonNull(address, "address");
        requireOpen();
        session()
                .define(
                        dylib(),
                        session().format().symbolOf(symbol),
                        new ExecutorAddress(address.value()));
        return this;
    }

    @Override
    public RemoteDylib linkAgainst(JitDylib other) {
        super.linkAgainst(other);
        return this;
    }

    @Override
    public RemoteDylib addLibrary(String path) {
        super.addLibrary(path);
        return this;
    }
}
