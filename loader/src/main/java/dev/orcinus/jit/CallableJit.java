package dev.orcinus.jit;

import dev.orcinus.loader.targets.LinkTarget;
import java.lang.foreign.Arena;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A {@link Jit} whose functions Java calls through method handles, and whose code calls Java. It
 * loads code into this process or into one of its own; programs need not know which.
 *
 * <pre>{@code
 * int twice(CallableJit jit) {                       // Jit.inProcess() or Jit.isolated()
 *     CallableDylib dylib = jit.createDylib("maths");
 *     dylib.compile("c", "int twice(int n) { return 2 * n; }");
 *     return dylib.bind(Maths.class).twice(21);
 * }
 * }</pre>
 */
public abstract sealed class CallableJit extends Jit permits InProcessJit, IsolatedJit {
    /** Whoever replaces an object writes; whoever uses the address of a symbol reads. */
    private final ReentrantReadWriteLock replacing = new ReentrantReadWriteLock();

    CallableJit(LinkTarget target) {
        super(target);
    }

    final ReentrantReadWriteLock replacing() {
        return replacing;
    }

    @Override
    public abstract CallableDylib createDylib(String name);

    /**
     * Returns an arena whose segments Java and loaded code have at the same addresses. Each call of
     * {@link Arena#allocate(long, long)} takes some of its memory, which is zero; all of it is
     * given back when the arena is closed. Any thread may use the arena and close it. A checkpoint
     * does not keep what is in it.
     *
     * @param sizeBytes its length
     * @throws IllegalArgumentException if the length is not positive
     * @throws dev.orcinus.loader.TargetException if the system has no room
     */
    public abstract Arena sharedArena(long sizeBytes);
}
