package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.linux.LinuxSignal.SIG_DFL;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysPrctl;
import dev.orcinus.bindings.posix.Signal;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.GuestEnd.Crashed;
import dev.orcinus.platform.GuestEnd.Exited;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.SignalActions;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.Launcher;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.Predecessor;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;
import java.util.Optional;

/**
 * A program that is a child of this process: this process leaves the keys of the terminal to it,
 * and ends as it has ended.
 */
final class ChildProgram implements ProgramHost {
    private static final int FAILURE = 1;
    private static final int SIGNALED = 128;

    private final Processor processor;
    private final List<String> arguments;
    private boolean hasKeys;

    private ChildProgram(Processor processor, List<String> arguments) {
        this.processor = processor;
        this.arguments = arguments;
    }

    /** Starts a process, whose stack and arguments the kernel makes. */
    static ProcessGuest start(Processor processor, List<String> arguments)
            throws HostCallException {
        return new ChildProgram(processor, arguments).start(ProgramShape.PLAIN, Optional.empty());
    }

    private ProcessGuest start(ProgramShape shape, Optional<Predecessor> predecessor)
            throws HostCallException {
        Launcher program = Launcher.of(processor, shape);
        Mailbox mailbox = new Mailbox(processor, Unistd.getpid());
        NativeProcess process = program.launch(arguments, mailbox.file(), false);
        NativeGuest guest =
                NativeGuest.ofProgram(
                        processor, mailbox, process, NativeProcess::reap, predecessor);
        return new ProcessGuest(guest, arguments, shape, this);
    }

    @Override
    public ProcessGuest startAgain(ProcessGuest guest, ProgramShape shape)
            throws HostCallException {
        Optional<Predecessor> predecessor = guest.asPredecessorOf(shape);
        guest.close();
        return start(shape, predecessor);
    }

    @Override
    public synchronized void beforeStart() {
        if (!hasKeys) {
            hasKeys = true;
            TerminalKeys.leaveToProgram();
        }
    }

    @Override
    public void afterStart() {}

    @Override
    public synchronized void closed() {
        if (hasKeys) {
            hasKeys = false;
            TerminalKeys.takeBack();
        }
    }

    /** Ends this process as the program has ended; there is no second core file. */
    @Override
    public void follow(GuestEnd end) {
        System.out.flush();
        System.err.flush();
        if (end instanceof Exited exit) {
            Unistd._exit(exit.status());
        }
        if (end instanceof Crashed crash) {
            SysPrctl.prctl(ErrnoState.IGNORED, SysPrctl.PR_SET_DUMPABLE, 0);
            SignalActions.set(crash.signal(), SIG_DFL);
            Signal.kill(ErrnoState.IGNORED, Unistd.getpid(), crash.signal());
            Unistd._exit(SIGNALED + crash.signal());
        }
        System.err.println("orcinus: the program " + end.describe());
        Unistd._exit(FAILURE);
    }
}
