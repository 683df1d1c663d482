package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static dev.orcinus.bindings.posix.Signal.SIGINT;
import static dev.orcinus.bindings.posix.Signal.SIGQUIT;

import dev.orcinus.platform.linux.SignalActions;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/**
 * The keys that a terminal has for signals. They reach this process and the programs that are its
 * children alike, and are meant for the programs: as long as there is one, this process ignores
 * them, as the C library's {@code system} does. Then it does again what it did before.
 */
final class TerminalKeys {
    private static final Map<Integer, MemorySegment> EARLIER = new HashMap<>();
    private static int programs;

    private TerminalKeys() {}

    /** Leaves them to one more program. */
    static synchronized void leaveToProgram() {
        if (programs++ > 0) {
            return;
        }
        for (int signal : new int[] {SIGINT, SIGQUIT}) {
            EARLIER.put(signal, SignalActions.exchange(signal, SIG_IGN));
        }
    }

    /** Takes them back from one program, after which others may have them still. */
    static synchronized void takeBack() {
        if (--programs > 0) {
            return;
        }
        EARLIER.forEach(SignalActions::restore);
    }
}
