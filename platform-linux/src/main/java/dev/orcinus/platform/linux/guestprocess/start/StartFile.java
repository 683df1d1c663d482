package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ExecFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * A file that makes the process which executes it a guest, and the guest's program, which it
 * executes in turn. It has the environment of a user in it, so it does not stay longer than needed.
 */
public final class StartFile implements AutoCloseable {
    private final ProgramFile program;
    private final ProgramFile file;
    private final String path;

    private StartFile(ProgramFile program, ProgramFile file, String path) {
        this.program = program;
        this.file = file;
        this.path = path;
    }

    /**
     * Writes a file.
     *
     * @param arguments {@code argv}
     * @param environment {@code envp}, with a character for each byte
     */
    static StartFile write(
            Processor processor,
            ProgramShape shape,
            SharedFile mailbox,
            List<byte[]> arguments,
            List<String> environment)
            throws HostCallException {
        List<byte[]> variables =
                environment.stream().map(text -> text.getBytes(ISO_8859_1)).toList();
        ProgramFile program = ProgramFile.of(processor, shape);
        try {
            String path = program.executablePath();
            byte[] content = ExecFile.write(processor, mailbox.path(), path, arguments, variables);
            ProgramFile file = ProgramFile.forOnce(content);
            return new StartFile(program, file, file.executablePath());
        } catch (HostCallException e) {
            program.close();
            throw e;
        }
    }

    /**
     * Makes what needs no native call, and is the same for all programs without needs. The first
     * native call of this process takes long, and another thread can make it meanwhile.
     */
    public static void prepare(Processor processor) {
        var _ = ProgramFile.of(processor, ProgramShape.PLAIN);
    }

    /** Returns the path by which a process of this user executes it. */
    public String path() {
        return path;
    }

    /** Called when the guest's program has been executed, or will not be. */
    @Override
    public void close() {
        file.close();
        program.close();
    }
}
