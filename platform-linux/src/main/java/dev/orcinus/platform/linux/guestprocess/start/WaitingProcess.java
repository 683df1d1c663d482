package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ExecFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
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
     * Returns the path of a file that makes the process which executes it a guest.
     *
     * @param arguments {@code argv}
     */
    default String startFile(
            Processor processor, ProgramShape shape, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        byte[] file =
                ExecFile.write(
                        processor,
                        mailbox.path(),
                        ProgramFile.of(processor, shape).executablePath(),
                        exact(arguments),
                        bytes(environment(shape.staticRoomBytes())));
        return ProgramFile.forOnce(file).executablePath();
    }

    private static List<byte[]> bytes(List<String> texts) {
        List<byte[]> all = new ArrayList<>(texts.size());
        for (String text : texts) {
            all.add(text.getBytes(ISO_8859_1));
        }
        return all;
    }
}
