package dev.orcinus.bindings.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;

/**
 * The first native call of a process, made early by a thread of its own: it takes some 20 ms, in
 * which Java generates the code of all calls. Whoever makes a call meanwhile waits for that code.
 */
public final class EarlyLink {
    private static boolean hasBegun;

    private EarlyLink() {}

    /** Begins to generate the code, unless that has been done. */
    public static synchronized void begin() {
        if (!hasBegun) {
            hasBegun = true;
            // classes of memory segments need each other while they are initialized, so that two
            // threads must not begin with different ones
            Arena.global().allocate(ValueLayout.JAVA_LONG);
            Thread thread = new Thread(null, CFunction::link, "orcinus native calls", 1 << 20);
            thread.setDaemon(true);
            thread.start();
        }
    }
}
