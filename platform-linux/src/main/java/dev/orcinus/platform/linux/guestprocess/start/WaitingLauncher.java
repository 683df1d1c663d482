package dev.orcinus.platform.linux.guestprocess.start;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.linux.GuestMark;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.MailboxLayout;
import dev.orcinus.platform.linux.guestprocess.mailbox.SharedFile;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.launch.LinuxLaunch;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;

/**
 * A launcher that has asked this process, which serves many. It has the arguments and the
 * environment already, so it executes the guest's program itself.
 *
 * @param launch the launcher
 */
public record WaitingLauncher(LinuxLaunch launch) implements WaitingProcess {
    @Override
    public int pid() {
        return Math.toIntExact(launch.pid());
    }

    @Override
    public NativeProcess become(Processor processor, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        NativeProcess process = NativeProcess.of(pid());
        byte[] name = arguments.getFirst().getBytes(UTF_8);
        int kept = arguments.size() - 1;
        String plain = ProgramFile.of(processor, ProgramShape.PLAIN).executablePath();
        try {
            if (!areGiven(arguments) || !execute(mailbox, kept, plain, name)) {
                executeStartFile(processor, arguments, mailbox);
            }
            return process;
        } catch (HostCallException e) {
            process.forget();
            throw e;
        }
    }

    /**
     * Makes the process one from which guests are forked. It has its own command line and
     * environment, and in that a mark as guests have it, but not of this JVM: it would be ended
     * with its guests before it could say why it ends.
     */
    public NativeProcess becomeKeeper(Processor processor, SharedFile mailbox)
            throws HostCallException {
        NativeProcess process = NativeProcess.of(pid());
        ProgramShape shape = ProgramShape.OF_SESSIONS;
        List<String> variables =
                Environment.withMark(environment(shape.staticRoomBytes()), GuestMark.of(pid(), 0));
        try (StartFile file =
                StartFile.write(processor, shape, mailbox, launch.exactArguments(), variables)) {
            execute(mailbox, 0, file.path(), new byte[0]);
            return process;
        } catch (HostCallException e) {
            process.forget();
            throw e;
        }
    }

    /** The launcher has executed the file when this returns; the plain program stays. */
    private void executeStartFile(Processor processor, List<String> arguments, SharedFile mailbox)
            throws HostCallException {
        try (StartFile file = startFile(processor, ProgramShape.PLAIN, arguments, mailbox)) {
            execute(mailbox, 0, file.path(), new byte[0]);
        }
    }

    /** Returns whether all arguments but the name are the last ones of the launcher. */
    private boolean areGiven(List<String> arguments) {
        int size = arguments.size();
        List<byte[]> given = CommandLine.given(launch.exactArguments(), arguments);
        return given.subList(1, size).stream().noneMatch(argument -> argument == null);
    }

    private boolean execute(SharedFile mailbox, int kept, String path, byte[] name)
            throws HostCallException {
        return launch.execute(
                mailbox.fd(), MailboxLayout.MAILBOX_DESCRIPTOR, kept, path.getBytes(UTF_8), name);
    }

    @Override
    public void leave() {
        launch.letGo();
    }

    /** This process serves others. It writes no more to a terminal that is the user's again. */
    @Override
    public void ended(boolean hasStarted) {
        launch.letGo();
    }

    @Override
    public void follow() {}

    @Override
    public List<byte[]> exact(List<String> arguments) {
        return CommandLine.exact(launch.exactArguments(), arguments);
    }

    @Override
    public List<String> environment(long roomBytes) {
        return Environment.withRoom(launch.environment(), roomBytes);
    }
}
