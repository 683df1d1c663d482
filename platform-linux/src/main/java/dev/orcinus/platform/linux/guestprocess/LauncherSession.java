package dev.orcinus.platform.linux.guestprocess;

import static dev.orcinus.bindings.posix.Signal.SIGQUIT;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.linux.StatFile;
import dev.orcinus.platform.linux.guestprocess.Keeper.KeptGuest;
import dev.orcinus.platform.linux.guestprocess.mailbox.Mailbox;
import dev.orcinus.platform.linux.guestprocess.start.NativeProcess;
import dev.orcinus.platform.linux.guestprocess.start.WaitingLauncher;
import dev.orcinus.platform.linux.guestprocess.threads.Libc;
import dev.orcinus.platform.linux.guestprocess.threads.NativeGuest;
import dev.orcinus.platform.linux.guestprocess.threads.NativeThreads.Use;
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
import java.time.Duration;
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
    private static final int SIGPIPE = 13;

    /** Signals that end no executor with a JVM, so they end none of these. */
    private static final Set<Integer> SURVIVED = Set.of(SIGQUIT, SIGPIPE);

    /** A guest may be seen to be gone before its parent, with which it ends. */
    private static final Duration END_LIMIT = Duration.ofSeconds(1);

    private static final int FAILURE = 1;
    private static final int UNKNOWN = -1;

    private final LinuxLaunch launch;
    private final NativeGuest keeper;
    private final HostChannel line;
    private final ProcessGuest guest;
    private final ControllerWatch watch;

    private LauncherSession(
            LinuxLaunch launch,
            NativeGuest keeper,
            HostChannel line,
            ProcessGuest guest,
            ControllerWatch watch) {
        this.watch = watch;
        this.launch = launch;
        this.keeper = keeper;
        this.line = line;
        this.guest = guest;
        keeper.onEnd(this::keeperHasEnded);
        if (keeper.end().isPresent()) {
            keeperHasEnded();
        }
    }

    /**
     * Of what it has given to this process, only standard error is of use: who reads it may live.
     */
    private void keeperHasEnded() {
        line.shutdown();
        guest.kill(Keeper.lostWith(keeper.end()));
        launch.keepErrors();
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
            ControllerWatch watch = ControllerWatch.begin(Math.toIntExact(launch.pid()), line);
            try {
                Started keeper = startKeeper(launch, processor);
                SortedSet<Integer> ofLine = new TreeSet<>(List.of(in, out));
                return start(launch, keeper, ofLine, line, watch);
            } catch (HostCallException | RuntimeException | Error e) {
                watch.close();
                requireNotKilled(watch);
                throw e;
            }
        } catch (HostCallException | RuntimeException | Error e) {
            line.close();
            throw e;
        }
    }

    private static void requireNotKilled(ControllerWatch watch) throws HostCallException {
        if (watch.hasKilled()) {
            String why = "its controller has gone, and its process did nothing, so it was killed";
            throw new HostCallException("kill", 0, why);
        }
    }

    private static LauncherSession start(
            LinuxLaunch launch,
            Started keeper,
            SortedSet<Integer> ofLine,
            HostChannel line,
            ControllerWatch watch)
            throws HostCallException {
        try {
            ProcessGuest guest = startGuest(launch, keeper, ofLine);
            return new LauncherSession(launch, keeper.process, line, guest, watch);
        } catch (HostCallException | RuntimeException | Error e) {
            keeper.process.close();
            throw e;
        }
    }

    /** The process of a launcher that has executed our program, and what it was before that. */
    private record Started(NativeGuest process, KeeperPreparation.Before before) {}

    /** This process looks at the keeper while that one's program is loaded. */
    private static Started startKeeper(LinuxLaunch launch, Processor processor)
            throws HostCallException {
        Mailbox mailbox = new Mailbox(processor, 0);
        NativeProcess process;
        try {
            process = new WaitingLauncher(launch).becomeKeeper(processor, mailbox.file());
        } catch (HostCallException | RuntimeException | Error e) {
            mailbox.close();
            throw e;
        }
        try {
            var before = KeeperPreparation.Before.of(process.pid());
            var keeper = new NativeGuest(processor, mailbox, process, _ -> UNKNOWN, true);
            return new Started(keeper, before);
        } catch (HostCallException e) {
            if (StatFile.hasEnded(process.pid())) { // it has executed our program, and said nothing
                throw new GuestGoneException(Keeper.lostWith(Optional.empty()));
            }
            throw e;
        }
    }

    private static ProcessGuest startGuest(
            LinuxLaunch launch, Started started, SortedSet<Integer> ofLine)
            throws HostCallException {
        NativeGuest process = started.process;
        try {
            Processor processor = process.processor();
            KeeperPreparation preparation =
                    KeeperPreparation.of(process, ofLine, SURVIVED, started.before);
            InheritedSignals signals = started.before.signals().with(SURVIVED);
            if (signals.areBlocked()) {
                process.threads()
                        .on(Use.SERVICE, thread -> InheritedSignals.unblock(thread, processor));
            }
            Keeper keeper = Keeper.of(processor, process, preparation);
            KeptGuest kept = keeper.startGuest(GuestPolicy.NONE, signals);
            return ProcessGuest.ofSession(kept, GuestOptions.ofSession().arguments());
        } catch (GuestGoneException | HostCallException e) {
            if (process.hasEnded(END_LIMIT)) { // so it was ended, and the guest with it
                throw new GuestGoneException(Keeper.lostWith(process.end()));
            }
            new PrintStream(launch.errors(), true, UTF_8)
                    .println("orcinus: no guest can be started: " + e.getMessage());
            exit(process, FAILURE);
            throw new HostCallException("fork", 0, e.getMessage());
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
        } finally {
            watch.started();
        }
    }

    @Override
    public boolean hasEnded() {
        boolean isLost = guest.end().orElse(null) instanceof GuestEnd.Lost;
        return keeper.hasEnded(isLost ? END_LIMIT : Duration.ZERO);
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
        watch.close();
    }
}
