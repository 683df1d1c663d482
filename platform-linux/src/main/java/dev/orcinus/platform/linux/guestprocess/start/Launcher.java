package dev.orcinus.platform.linux.guestprocess.start;

import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.LowSymbols;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/** Starts the guest's program as a child of this process. It has no state. */
public final class Launcher {
    private Launcher() {}

    /**
     * Starts the program. It ends when this process does.
     *
     * @param arguments {@code argv}
     * @param mailbox the file of its mailbox
     * @param isApart whether it leads a process group, and no signal is ignored
     */
    public static NativeProcess launch(
            Processor processor, List<String> arguments, SharedFile mailbox, boolean isApart)
            throws HostCallException {
        return launch(processor, LowSymbols.NONE, arguments, mailbox, isApart);
    }

    /**
     * Does the same for a program with symbols of libraries.
     *
     * @param symbols the symbols
     */
    public static NativeProcess launch(
            Processor processor,
            LowSymbols symbols,
            List<String> arguments,
            SharedFile mailbox,
            boolean isApart)
            throws HostCallException {
        return ProcessWatcher.shared()
                .run(
                        () -> {
                            int pid = spawn(processor, symbols, arguments, mailbox, isApart);
                            return NativeProcess.of(pid);
                        });
    }

    private static int spawn(
            Processor processor,
            LowSymbols symbols,
            List<String> arguments,
            SharedFile mailbox,
            boolean isApart)
            throws HostCallException {
        try {
            ProgramFile inMemory = ProgramFile.inMemory(processor, symbols);
            try {
                return Spawner.spawn(inMemory.path(), arguments, mailbox, isApart);
            } finally {
                if (!symbols.equals(LowSymbols.NONE)) {
                    inMemory.forget();
                }
            }
        } catch (HostCallException e) {
            if (e.errno() != Errno.EACCES) {
                throw e;
            }
            String inFolder = ProgramFile.inFolder(processor, symbols).path();
            return Spawner.spawn(inFolder, arguments, mailbox, isApart);
        }
    }
}
