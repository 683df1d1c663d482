package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.Fcntl.O_RDWR;
import static dev.orcinus.bindings.posix.Signal.SIGQUIT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.guestprocess.Keeper.KeptGuest;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.program.ProgramShape;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.start.WaitingLauncher;
import dev.orcinus.platform.linux.guestprocess.threads.CallList;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThread;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
import dev.orcinus.platform.linux.guestprocess.threads.ThreadScratch;
import dev.orcinus.platform.linux.launch.LinuxLaunch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.platform.spi.host.LaunchedSession;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A session that a launcher was started for. The launcher's process is the keeper of its one guest,
 * so the guest has what the controller has given to the launcher, and the end of the session is the
 * end of the process that the controller has started.
 */
final class LauncherSession implements LaunchedSession {
    private static final int STANDARD_ERROR = 2;
    private static final int F_DUPFD = 0;
    private static final int SIGPIPE = 13;

    /** Signals that end no executor with a JVM, so they end none of these. */
    private static final Set<Integer> SURVIVED = Set.of(SIGQUIT, SIGPIPE);

    private static final int FAILURE = 1;
    private static final int UNKNOWN = -1;

    private final LinuxLaunch launch;
    private final NativeGuest keeper;
    private final HostChannel line;
    private final ProcessGuest guest;

    private LauncherSession(
            LinuxLaunch launch, NativeGuest keeper, HostChannel line, ProcessGuest guest) {
        this.launch = launch;
        this.keeper = keeper;
        this.line = line;
        this.guest = guest;
        keeper.onEnd(this::keeperHasEnded);
        if (keeper.end().isPresent()) {
            keeperHasEnded();
        }
    }

    /** Nothing that it has given to this process is of use any more. */
    private void keeperHasEnded() {
        line.shutdown();
        guest.kill(Keeper.lostWith(keeper.end()));
        launch.letGo();
    }

    /**
     * Makes the process of a launcher the keeper of a guest.
     *
     * @param in the number that the line's first descriptor has there
     * @param out the number of the second one
     */
    static LauncherSession start(LinuxLaunch launch, Processor processor, int in, int out)
            throws HostCallException {
        HostChannel line = launch.takeLine(in, out);
        try {
            NativeGuest keeper = startKeeper(launch, processor);
            try {
                ProcessGuest guest = startGuest(launch, keeper, in, out);
                return new LauncherSession(launch, keeper, line, guest);
            } catch (HostCallException | RuntimeException | Error e) {
                keeper.close();
                throw e;
            }
        } catch (HostCallException | RuntimeException | Error e) {
            line.close();
            throw e;
        }
    }

    private static NativeGuest startKeeper(LinuxLaunch launch, Processor processor)
            throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, 0);
        NativeProcess process;
        try {
            process = new WaitingLauncher(launch).becomeKeeper(processor, mailbox.file());
        } catch (HostCallException | RuntimeException | Error e) {
            mailbox.close();
            throw e;
        }
        return new NativeGuest(processor, mailbox, process, _ -> UNKNOWN, true);
    }

    private static ProcessGuest startGuest(LinuxLaunch launch, NativeGuest process, int in, int out)
            throws HostCallException {
        try {
            SortedSet<Integer> ofLine = new TreeSet<>(List.of(in, out));
            Processor processor = process.processor();
            process.threads().on(Use.SERVICE, thread -> leaveLine(thread, ofLine));
            InheritedSignals signals = InheritedSignals.of(process.pid()).with(SURVIVED);
            process.threads().on(Use.SERVICE, thread -> InheritedSignals.ignore(thread, SURVIVED));
            if (signals.areBlocked()) {
                process.threads()
                        .on(Use.SERVICE, thread -> InheritedSignals.unblock(thread, processor));
            }
            KeptGuest kept = Keeper.of(processor, process).startGuest(GuestPolicy.NONE);
            kept.guest().threads().on(Use.SERVICE, signals::restore);
            return new ProcessGuest(
                    kept.guest(),
                    GuestOptions.ofSession().arguments(),
                    ProgramShape.OF_SESSIONS,
                    null,
                    kept.usage());
        } catch (GuestGoneException | HostCallException e) {
            if (!process.hasEnded()) {
                new PrintStream(launch.errors(), true, UTF_8)
                        .println("orcinus: no guest can be started: " + e.getMessage());
            }
            exit(process, FAILURE);
            throw new HostCallException("fork", 0, e.getMessage());
        }
    }

    /**
     * Leaves the line to this process: whoever is at its other end sees its end when this process
     * closes it. A standard stream becomes what it is for an executor with a JVM: standard input is
     * empty, and standard output is standard error.
     */
    private static boolean leaveLine(NativeThread thread, SortedSet<Integer> descriptors) {
        try (ThreadScratch scratch = thread.scratch()) {
            long nothing = scratch.put("/dev/null").value();
            CallList calls = new CallList();
            for (int descriptor : descriptors) {
                if (descriptor == STANDARD_ERROR) {
                    continue;
                }
                calls.add(thread.address(Libc.CLOSE), descriptor);
                if (descriptor == 0) {
                    calls.add(thread.address(Libc.OPEN), nothing, O_RDWR);
                } else if (descriptor < STANDARD_ERROR) {
                    calls.add(thread.address(Libc.FCNTL), STANDARD_ERROR, F_DUPFD, descriptor);
                }
            }
            return calls.run(thread);
        }
    }

    @Override
    public HostChannel line() {
        return line;
    }

    @Override
    public IsolatedGuest guest() {
        return guest;
    }

    @Override
    public Optional<HostTerminal> openTerminal() {
        try {
            return KeeperTerminal.open(keeper);
        } catch (GuestGoneException gone) {
            return Optional.empty();
        }
    }

    @Override
    public boolean hasEnded() {
        return keeper.hasEnded();
    }

    @Override
    public void end(int status) {
        exit(keeper, status);
    }

    /** Libraries that its user has had loaded are not asked, as by {@code exit}: they may pause. */
    private static void exit(NativeGuest process, int status) {
        KeeperLimit limit = new KeeperLimit(process);
        limit.begin();
        try {
            process.threads().on(Use.SERVICE, thread -> thread.call(Libc._EXIT, status));
        } catch (GuestGoneException ended) {
            // as it is to do
        } finally {
            limit.end();
        }
    }

    @Override
    public void close() {
        launch.letGo();
        keeper.close();
    }
}
