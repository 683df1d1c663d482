package dev.orcinus.loader;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Whether something is still there. Handles check it before each call; a plain read, so that it
 * costs nothing that can be measured.
 */
final class Liveness {
    private static final MethodHandle CHECK = check(MethodHandles.lookup());

    private final String name;
    private volatile boolean ended;

    Liveness(String name) {
        this.name = name;
    }

    private static MethodHandle check(MethodHandles.Lookup lookup) {
        try {
            return lookup.findVirtual(Liveness.class, "check", MethodType.methodType(void.class));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    /** {@link #check}, bound to this. */
    MethodHandle handle() {
        return CHECK.bindTo(this);
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
