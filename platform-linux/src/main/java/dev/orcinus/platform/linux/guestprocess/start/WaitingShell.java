package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ExecFile;
import dev.orcinus.platform.spi.HostCallException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
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
        List<byte[]> argv = new ArrayList<>(arguments.size());
        for (String argument : arguments) {
            argv.add(argument.getBytes(UTF_8));
        }
        byte[] file =
                ExecFile.write(
                        processor,
                        mailbox.path().getBytes(UTF_8),
                        ProgramFile.inMemory(processor).path().getBytes(UTF_8),
                        argv,
                        environment());
        tell("exec " + ProgramFile.ofOnce(file).path());
        return process;
    }

    /** Returns the variables with which the launcher was started. */
    private List<byte[]> environment() throws HostCallException {
        List<byte[]> variables = new ArrayList<>();
        try {
            byte[] all = Files.readAllBytes(Path.of("/proc", Integer.toString(pid), "environ"));
            int start = 0;
            for (int i = 0; i < all.length; i++) {
                if (all[i] == 0) {
                    variables.add(java.util.Arrays.copyOfRange(all, start, i));
                    start = i + 1;
                }
            }
            return variables;
        } catch (IOException e) {
            throw new HostCallException("open", 0, "the environment of the launcher: " + e);
        }
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
