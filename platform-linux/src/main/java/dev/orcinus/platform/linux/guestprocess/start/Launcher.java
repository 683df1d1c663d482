package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * A program of a guest that is ready to be started once, as a child of this process. To make it
 * ready needs no native call: the first one in this process takes long, and another thread can make
 * it meanwhile.
 */
public final class Launcher {
    private final ProgramFile file;
    private final Inheritance inheritance;

    private Launcher(ProgramFile file, Inheritance inheritance) {
        this.file = file;
        this.inheritance = inheritance;
    }

    /**
     * Makes a program ready.
     *
     * @param shape what it has from its start
     */
    public static Launcher of(Processor processor, ProgramShape shape) throws HostCallException {
        return new Launcher(ProgramFile.of(processor, shape), Inheritance.of(shape));
    }

    /**
     * Starts the program. It ends when this process does.
     *
     * @param arguments {@code argv}
     * @param mailbox the file of its mailbox
     * @param isApart whether it leads a process group, and no signal is ignored
     */
    public NativeProcess launch(List<String> arguments, SharedFile mailbox, boolean isApart)
            throws HostCallException {
        try (file) {
            return ProcessWatcher.shared()
                    .run(() -> NativeProcess.of(spawn(arguments, mailbox, isApart)));
        }
    }

    private int spawn(List<String> arguments, SharedFile mailbox, boolean isApart)
            throws HostCallException {
        return file.execute(path -> Spawner.spawn(path, inheritance, arguments, mailbox, isApart));
    }
}
