package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static dev.orcinus.bindings.posix.Signal.SIGINT;
import static dev.orcinus.bindings.posix.Signal.SIGQUIT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSignal.Sigaction;
import dev.orcinus.bindings.posix.Signal;
import java.lang.foreign.Arena;
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
            MemorySegment earlier = Arena.ofAuto().allocate(Sigaction.SIZEOF, Long.BYTES);
            setAction(signal, SIG_IGN, earlier);
            EARLIER.put(signal, earlier);
        }
    }

    /** Takes them back from one program, after which others may have them still. */
    static synchronized void takeBack() {
        if (--programs > 0) {
            return;
        }
        EARLIER.forEach(
                (signal, earlier) ->
                        Signal.sigaction(ErrnoState.IGNORED, signal, earlier, MemorySegment.NULL));
    }

    /**
     * Sets what this process does when a signal comes.
     *
     * @param earlier takes what it has done so far; may be null
     */
    static void setAction(int signal, long handler, MemorySegment earlier) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(Sigaction.SIZEOF, Long.BYTES);
            action.set(JAVA_LONG, Sigaction.SA_SIGACTION, handler);
            Signal.sigaction(ErrnoState.IGNORED, signal, action, earlier);
        }
    }
}
