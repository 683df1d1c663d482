package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/** Starts the guest's program as a child of this process. It has no state. */
public final class Launcher {
    private Launcher() {}

    /**
     * Starts the program. It ends when this process does.
     *
     * @param shape what it has from its start
     * @param arguments {@code argv}
     * @param mailbox the file of its mailbox
     * @param isApart whether it leads a process group, and no signal is ignored
     */
    public static NativeProcess launch(
            Processor processor,
            ProgramShape shape,
            List<String> arguments,
            SharedFile mailbox,
            boolean isApart)
            throws HostCallException {
        return ProcessWatcher.shared()
                .run(
                        () -> {
                            int pid = spawn(processor, shape, arguments, mailbox, isApart);
                            return NativeProcess.of(pid);
                        });
    }

    private static int spawn(
            Processor processor,
            ProgramShape shape,
            List<String> arguments,
            SharedFile mailbox,
            boolean isApart)
            throws HostCallException {
        return ProgramFile.of(processor, shape)
                .execute(path -> Spawner.spawn(path, shape, arguments, mailbox, isApart));
    }
}
