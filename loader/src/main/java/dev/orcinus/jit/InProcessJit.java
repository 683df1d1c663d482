package dev.orcinus.jit;

import dev.orcinus.jit.unwinding.EscapedThrows;
import dev.orcinus.loader.UnsupportedObjectException;
import dev.orcinus.loader.link.OwnProcessSymbols;
import dev.orcinus.loader.link.SymbolSource;
import dev.orcinus.loader.targets.LinkTarget;
import dev.orcinus.loader.targets.local.LocalTarget;
import dev.orcinus.platform.spi.guest.InProcessCalls;
import dev.orcinus.platform.spi.guest.InProcessGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.Arena;

/**
 * A {@link Jit} that loads code into this process. Java calls the code through method handles, the
 * code can call Java, and both share memory. {@link Jit#inProcess} makes one.
 *
 * <pre>{@code
 * try (InProcessJit jit = Jit.inProcess()) {
 *     InProcessDylib dylib = jit.createDylib("maths");
 *     dylib.compile("c", "double square(double x) { return x * x; }");
 *     double nine = dylib.bind(Maths.class).square(3);
 * }
 * }</pre>
 */
public final class InProcessJit extends CallableJit {
    private final LocalTarget target;
    private final NativeFunctions functions;

    private InProcessJit(LocalTarget target, InProcessCalls calls) {
        super(target);
        this.target = target;
        this.functions = new NativeFunctions(calls);
        target.failAfter(EscapedThrows::take);
        InProcessSide.add(target);
    }

    static InProcessJit open() {
        InProcessGuest guest = HostProvider.current().guestInThisProcess();
        try {
            return new InProcessJit(new LocalTarget(guest), guest.inProcessCalls());
        } catch (UnsupportedObjectException e) {
            throw new UnsupportedOperationException(e.getMessage(), e);
        }
    }

    @Override
    public InProcessDylib createDylib(String name) {
        return register(name, dylib -> new InProcessDylib(this, dylib, name));
    }

    @Override
    SymbolSource processSymbols(LinkTarget own) {
        return new OwnProcessSymbols(own);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // the caller closes it
    public Arena sharedArena(long sizeBytes) {
        LimitedArena.requireSize(sizeBytes);
        Arena arena = Arena.ofShared();
        return new LimitedArena(arena, arena.allocate(sizeBytes, LimitedArena.PAGE_BYTES));
    }

    LocalTarget target() {
        return target;
    }

    NativeFunctions functions() {
        return functions;
    }
}
