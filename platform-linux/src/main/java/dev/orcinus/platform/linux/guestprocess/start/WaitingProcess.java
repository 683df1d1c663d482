package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * A process that the user has started, and that is to become a program: with its parent, its
 * terminal, its signals, its descriptors, its limits and its end.
 */
public sealed interface WaitingProcess permits WaitingShell, WaitingLauncher {
    /** Returns its process id. */
    int pid();

    /**
     * Makes the process the guest that has a certain mailbox. Afterwards it is the guest's.
     *
     * @param arguments {@code argv}
     */
    NativeProcess become(Processor processor, List<String> arguments, SharedFile mailbox)
            throws HostCallException;

    /** Called when the program has started: this process keeps nothing that belongs to it. */
    void leave();

    /**
     * Called when the process has ended.
     *
     * @param hasStarted whether the program had started
     */
    void ended(boolean hasStarted);

    /** Called when nothing is left to do for the program, which has ended. */
    void follow();

    /**
     * Returns arguments as they were given to the process, if they are its last ones.
     *
     * @param arguments a program's name, and then its arguments
     */
    List<byte[]> exact(List<String> arguments);

    /** Returns its environment, with some room for static thread-local storage. */
    List<String> environment(long roomBytes) throws HostCallException;

    /**
     * Returns a file that makes the process which executes it a guest. It can be closed when the
     * guest serves.
     *
     * @param arguments {@code argv}
     */
    default StartFile startFile(
            Processor processor, ProgramShape shape, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        return StartFile.write(
                processor, shape, mailbox, exact(arguments), environment(shape.staticRoomBytes()));
    }
}
