package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_DFL;
import static dev.orcinus.bindings.linux.LinuxSignal.SIG_IGN;
import static dev.orcinus.bindings.posix.Signal.SIGINT;
import static dev.orcinus.bindings.posix.Signal.SIGQUIT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxSignal;
import dev.orcinus.bindings.linux.SysPrctl;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.GuestEnd.Crashed;
import dev.orcinus.platform.GuestEnd.Exited;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The signals and the end of this process, while a program in another process is its purpose. */
final class ProcessEnd {
    private static final int FAILURE = 1;
    private static final int SIGNALED = 128;

    private ProcessEnd() {}

    /** Leaves the keys that a terminal has for signals to the program, which gets them, too. */
    static void leaveKeysToProgram() {
        setAction(SIGINT, SIG_IGN);
        setAction(SIGQUIT, SIG_IGN);
    }

    /** Ends this process, because the program that the user has started has ended by itself. */
    static int followLauncher(NativeProcess ended) {
        Unistd._exit(0);
        throw new AssertionError("_exit has returned after the end of " + ended);
    }

    /** Ends this process as another one has ended; there is no second core file. */
    static void follow(GuestEnd end) {
        System.out.flush();
        System.err.flush();
        if (end instanceof Exited exit) {
            Unistd._exit(exit.status());
        }
        if (end instanceof Crashed crash) {
            SysPrctl.prctl(ErrnoState.IGNORED, SysPrctl.PR_SET_DUMPABLE, 0);
            setAction(crash.signal(), SIG_DFL);
            Signal.kill(ErrnoState.IGNORED, Unistd.getpid(), crash.signal());
            Unistd._exit(SIGNALED + crash.signal());
        }
        System.err.println("orcinus: the program " + end.describe());
        Unistd._exit(FAILURE);
    }

    private static void setAction(int signal, long handler) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(LinuxSignal.Sigaction.SIZEOF, Long.BYTES);
            action.set(JAVA_LONG, LinuxSignal.Sigaction.SA_SIGACTION, handler);
            Signal.sigaction(ErrnoState.IGNORED, signal, action, MemorySegment.NULL);
        }
    }
}
