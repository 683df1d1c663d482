package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.start.StartFile;
import dev.orcinus.platform.linux.guestprocess.start.WaitingProcess;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.Predecessor;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.spi.HostCallException;
import java.util.List;
import java.util.Optional;

/**
 * A program that is the process which the user has started. This process stands beside it, to tell
 * of a crash: it has let go of what the program uses. A JVM that was started for this one program
 * ends with it unnoticed.
 */
final class LauncherProgram implements ProgramHost {
    private static final int PR_SET_NAME = 15;
    private static final int PR_SET_PTRACER = 0x59616d61;
    private static final int UNKNOWN = -1;

    private final WaitingProcess launcher;
    private final Processor processor;
    private final List<String> arguments;
    private volatile boolean hasStarted;

    private LauncherProgram(WaitingProcess launcher, Processor processor, List<String> arguments) {
        this.launcher = launcher;
        this.processor = processor;
        this.arguments = arguments;
    }

    /** Makes the launcher's process a guest. */
    static ProcessGuest start(WaitingProcess launcher, Processor processor, List<String> arguments)
            throws HostCallException {
        LauncherProgram program = new LauncherProgram(launcher, processor, arguments);
        StartFile.prepare(processor);
        Mailbox mailbox = new Mailbox(processor, 0);
        mailbox.expect(launcher.pid());
        NativeProcess process = program.become(mailbox);
        return program.guest(process, mailbox, ProgramShape.PLAIN, Optional.empty());
    }

    private NativeProcess become(Mailbox mailbox) throws HostCallException {
        try {
            return launcher.become(processor, arguments, mailbox.file());
        } catch (HostCallException e) {
            mailbox.close();
            throw e;
        }
    }

    private ProcessGuest guest(
            NativeProcess process,
            Mailbox mailbox,
            ProgramShape shape,
            Optional<Predecessor> predecessor)
            throws HostCallException {
        NativeGuest guest =
                NativeGuest.ofProgram(processor, mailbox, process, this::seeEnd, predecessor);
        guest.threads().on(Use.SERVICE, thread -> introduce(thread, arguments.getFirst()));
        return new ProcessGuest(guest, arguments, shape, this);
    }

    /** Lets the process execute another guest's program. */
    @Override
    public ProcessGuest startAgain(ProcessGuest guest, ProgramShape shape)
            throws HostCallException {
        Optional<Predecessor> predecessor = guest.asPredecessorOf(shape);
        NativeProcess process = guest.sameProcess();
        Mailbox mailbox = new Mailbox(processor, 0);
        mailbox.expect(process.pid());
        try (StartFile file = startFile(shape, process, mailbox)) {
            guest.execute(file.path());
            return guest(process, mailbox, shape, predecessor);
        }
    }

    private StartFile startFile(ProgramShape shape, NativeProcess process, Mailbox mailbox)
            throws HostCallException {
        try {
            return launcher.startFile(processor, shape, arguments, mailbox.file());
        } catch (HostCallException e) {
            process.forget();
            mailbox.close();
            throw e;
        }
    }

    /**
     * Gives the process the name that the kernel gives to one that is started from a file, and lets
     * this process, which is no parent of it, read its memory.
     */
    private static boolean introduce(NativeThread thread, String path) {
        try (ThreadScratch scratch = thread.scratch()) {
            long name = scratch.put(path.substring(path.lastIndexOf('/') + 1)).value();
            CallList calls = new CallList();
            calls.add(thread.address(Libc.PRCTL), PR_SET_NAME, name);
            calls.add(thread.address(Libc.PRCTL), PR_SET_PTRACER, Unistd.getpid());
            return calls.run(thread);
        }
    }

    private int seeEnd(NativeProcess ended) {
        launcher.ended(hasStarted);
        return UNKNOWN; // its parent knows the status
    }

    @Override
    public void beforeStart() {
        hasStarted = true;
    }

    @Override
    public void afterStart() {
        launcher.leave();
    }

    @Override
    public void closed() {}

    @Override
    public void follow(GuestEnd end) {
        launcher.follow();
    }
}
