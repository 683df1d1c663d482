package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ExecFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The launcher's shell, whose process is to become a program. It has started this JVM as an orphan
 * and waits for a line on a pipe, which it then executes. So the program is the very process that
 * the user has started: with its parent, its terminal, its signals, its descriptors, its limits and
 * its end.
 *
 * @param pid its process id
 */
public record WaitingShell(int pid) {
    /** The property by which the launcher tells its process id; it is taken when it is answered. */
    private static final String PROPERTY = "orcinus.launcher";

    /** The pipe's descriptor in this process. */
    private static final int PIPE = 3;

    /** Returns the shell, if one waits. */
    public static Optional<WaitingShell> find() {
        String pid = System.getProperty(PROPERTY);
        return pid == null ? Optional.empty() : Optional.of(new WaitingShell(Integer.parseInt(pid)));
    }

    /**
     * Makes the process the guest that has a certain mailbox. Afterwards it is the guest's, and
     * this process leads a session of its own, so that keys of the terminal do not reach it.
     *
     * @param arguments {@code argv}
     */
    public NativeProcess become(Processor processor, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        NativeProcess process = NativeProcess.of(pid);
        System.clearProperty(PROPERTY);
        Unistd.setsid(ErrnoState.IGNORED);
        tell("exec " + startFile(processor, ProgramShape.PLAIN, arguments, mailbox));
        return process;
    }

    /**
     * Returns the path of a file that makes the process which executes it a guest.
     *
     * @param arguments {@code argv}
     */
    public String startFile(
            Processor processor, ProgramShape shape, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        byte[] file =
                ExecFile.write(
                        processor,
                        mailbox.path(),
                        ProgramFile.of(processor, shape).executablePath(),
                        CommandLine.exact(arguments),
                        bytes(Environment.of(Integer.toString(pid), shape.staticRoomBytes())));
        return ProgramFile.forOnce(file).executablePath();
    }

    private static List<byte[]> bytes(List<String> texts) {
        List<byte[]> all = new ArrayList<>(texts.size());
        for (String text : texts) {
            all.add(text.getBytes(ISO_8859_1));
        }
        return all;
    }

    private static void tell(String command) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = (command + '\n').getBytes(ISO_8859_1);
            MemorySegment text = arena.allocate(bytes.length);
            text.copyFrom(MemorySegment.ofArray(bytes));
            Unistd.write(ErrnoState.IGNORED, PIPE, text, bytes.length);
            Unistd.close(ErrnoState.IGNORED, PIPE);
        }
    }
}
