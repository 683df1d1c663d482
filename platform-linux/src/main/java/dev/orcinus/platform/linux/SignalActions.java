package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSignal.Sigaction;
import dev.orcinus.bindings.posix.Signal;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What this process does when a signal comes. */
public final class SignalActions {
    private SignalActions() {}

    /**
     * Sets an action without flags and without a mask.
     *
     * @param handler its address, {@code SIG_IGN} or {@code SIG_DFL}
     */
    public static void set(int signal, long handler) {
        set(signal, handler, MemorySegment.NULL);
    }

    /**
     * Sets an action, and returns the earlier one.
     *
     * @return {@code struct sigaction}, which {@link #restore} takes
     */
    public static MemorySegment exchange(int signal, long handler) {
        MemorySegment earlier = Arena.ofAuto().allocate(Sigaction.SIZEOF, Long.BYTES);
        set(signal, handler, earlier);
        return earlier;
    }

    private static void set(int signal, long handler, MemorySegment earlier) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(Sigaction.SIZEOF, Long.BYTES);
            action.set(JAVA_LONG, Sigaction.SA_SIGACTION, handler);
            Signal.sigaction(ErrnoState.IGNORED, signal, action, earlier);
        }
    }

    /** Sets the action that {@link #exchange} has returned. */
    public static void restore(int signal, MemorySegment earlier) {
        Signal.sigaction(ErrnoState.IGNORED, signal, earlier, MemorySegment.NULL);
    }
}
