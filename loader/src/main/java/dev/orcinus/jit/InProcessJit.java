package dev.orcinus.jit;

import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.spi.HostCalls;
import dev.orcinus.platform.spi.HostProvider;

/**
 * Loads code into this process: Java calls it through method handles, it calls Java, and both share
 * memory. See {@link Jit#inProcess}.
 */
public final class InProcessJit extends Jit {
    private final LocalTarget target;
    private final NativeFunctions functions;

    private InProcessJit(LocalTarget target, HostCalls calls) {
        super(target);
        this.target = target;
        this.functions = new NativeFunctions(calls);
    }

    static InProcessJit open() {
        var host = HostProvider.current();
        try {
            return new InProcessJit(new LocalTarget(host), host.calls());
        } catch (UnsupportedObjectException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    @Override
    public InProcessDylib createDylib(String name) {
        return register(name, dylib -> new InProcessDylib(this, dylib, name));
    }

    LocalTarget target() {
        return target;
    }

    NativeFunctions functions() {
        return functions;
    }
}
