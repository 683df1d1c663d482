package dev.orcinus.platform.linux.guestprocess.threads;

import static dev.orcinus.bindings.posix.Fcntl.O_WRONLY;

import dev.orcinus.platform.linux.guestprocess.start.ExecPipe;
import dev.orcinus.platform.spi.HostCallException;
import java.util.function.Consumer;

/**
 * Notices that the code of one guest process executes another program. Immutable.
 *
 * @param descriptor of the pipe's end in the process
 */
record ExecWatch(ExecPipe pipe, int pid, int descriptor) {
    /**
     * Starts to watch a process.
     *
     * @param main its first thread
     * @param onExec gets the name of the program
     */
    static ExecWatch start(NativeThread main, Consumer<String> onExec) throws HostCallException {
        int pid = main.guest().pid();
        ExecPipe pipe = ExecPipe.create();
        try {
            int descriptor = GuestDescriptor.open(main, pipe.writeEnd(), O_WRONLY);
            return new ExecWatch(pipe, pid, descriptor);
        } finally {
            pipe.closeWriteEnd();
            pipe.watch(pid, onExec);
        }
    }

    /** Returns whether guest code has left the descriptor as it was. */
    boolean isIntact() {
        return pipe.isEnd(pid, descriptor);
    }
}
