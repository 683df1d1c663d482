package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * The launcher's shell, whose process is to become a program. It has started this JVM as an orphan
 * and waits for a line on a pipe, which it then executes.
 *
 * @param pid its process id
 */
public record WaitingShell(int pid) implements WaitingProcess {
    /** The property by which the launcher tells its process id; it is taken when it is answered. */
    private static final String PROPERTY = "orcinus.launcher";

    /** The pipe's descriptor in this process. */
    private static final int PIPE = 3;

    /** Returns the shell, if one waits. */
    public static Optional<WaitingShell> find() {
        String pid = System.getProperty(PROPERTY);
        return pid == null
                ? Optional.empty()
                : Optional.of(new WaitingShell(Integer.parseInt(pid)));
    }

    /** This process leads a session of its own then, so that keys do not reach it. */
    @Override
    public NativeProcess become(Processor processor, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        NativeProcess process = NativeProcess.of(pid);
        System.clearProperty(PROPERTY);
        Unistd.setsid(ErrnoState.IGNORED);
        tell("exec " + startFile(processor, ProgramShape.PLAIN, arguments, mailbox).path());
        return process;
    }

    /** Whoever reads what the program writes waits for the end of all who could write it. */
    @Override
    public void leave() {
        SharedDescriptors.leaveTo(pid);
    }

    /** A program that ends before it has started has been ended by the user, who needs no word. */
    @Override
    public void ended(boolean hasStarted) {
        if (!hasStarted) {
            Unistd._exit(0);
        }
    }

    @Override
    public void follow() {
        Unistd._exit(0);
    }

    @Override
    public List<byte[]> exact(List<String> arguments) {
        return CommandLine.exact(CommandLine.ofThisProcess(), arguments);
    }

    @Override
    public List<String> environment(long roomBytes) throws HostCallException {
        return Environment.of(Integer.toString(pid), roomBytes);
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
