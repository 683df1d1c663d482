package dev.orcinus.jit;

import dev.orcinus.loader.link.Unit;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Whether something is still there. Handles check it before each call; a plain read, so that it
 * costs nothing that can be measured.
 */
final class Liveness {
    private static final MethodHandle CHECK = find(Liveness.class, "check");
    private static final MethodHandle CHECK_UNIT = find(Unit.class, "requireCallable");

    private final String name;
    private volatile boolean ended;

    Liveness(String name) {
        this.name = name;
    }

    private static MethodHandle find(Class<?> type, String method) {
        try {
            return MethodHandles.lookup()
                    .findVirtual(type, method, MethodType.methodType(void.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** {@link #check}, bound to this. */
    MethodHandle handle() {
        return CHECK.bindTo(this);
    }

    /** {@link Unit#requireCallable}, bound to an object. */
    static MethodHandle handle(Unit unit) {
        return CHECK_UNIT.bindTo(unit);
    }

    void check() {
        if (ended) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    /** Ends it; answers whether it was there until now. */
    synchronized boolean end() {
        boolean wasThere = !ended;
        ended = true;
        return wasThere;
    }
}
