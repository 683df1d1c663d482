package dev.orcinus.platform.linux.launch;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.LinuxUnistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;

/**
 * The working folder and the mask of file modes of one thread: threads of a process usually share
 * them, {@code unshare(CLONE_FS)} gives a thread its own. Then a relative name means to Java's
 * files what it means to the user, as Java passes relative names to the kernel unchanged. It has no
 * state.
 */
final class ThreadFolder {
    private static final int CLONE_FS = 0x200;

    private ThreadFolder() {}

    /** The numbers of system calls. */
    private record Numbers(int unshare, int fchdir, int umask) {
        static Numbers of(Processor processor) {
            return switch (processor) {
                case X86_64 -> new Numbers(272, 81, 95);
                case AARCH64 -> new Numbers(97, 50, 166);
            };
        }
    }

    /** Gives the calling thread a folder and a mask, for good. */
    static void enter(Processor processor, int folder, int fileModeMask) throws HostCallException {
        Numbers numbers = Numbers.of(processor);
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            if (call(state, numbers.unshare, CLONE_FS) != 0) {
                throw Failure.of("unshare(CLONE_FS)", state);
            }
            if (call(state, numbers.fchdir, folder) != 0) {
                throw Failure.of("fchdir(a launcher's folder)", state);
            }
            call(state, numbers.umask, fileModeMask);
        }
    }

    private static long call(ErrnoState state, int number, int argument) {
        return LinuxUnistd.syscall(state, number, argument, 0, 0, 0, 0);
    }
}
