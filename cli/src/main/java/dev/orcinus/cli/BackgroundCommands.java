package dev.orcinus.cli;

import dev.orcinus.daemon.BoundedLog;
import dev.orcinus.daemon.DaemonLog;
import dev.orcinus.daemon.background.BackgroundDaemon;
import dev.orcinus.daemon.background.BackgroundRequests;
import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.daemon.background.LaunchRehearsal;
import dev.orcinus.daemon.background.RehearsedLaunch;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The commands {@code background} and {@code stop}, and that of the daemon in the background. */
final class BackgroundCommands {
    /** The command of the daemon itself. */
    static final String DAEMON = "background-daemon";

    /** A program of which this is a part is not kept. */
    private static final String NOT_KEPT = "--defsym=orcinus_rehearsal=0";

    /** Libraries that each system has: they are the C library's. */
    private static final List<String> LIBRARIES = List.of("-l:libm.so.6", "-l:libresolv.so.2");

    private static final String IDLE_EXIT = "--idle-exit";
    private static final String NOW = "--now";
    private static final Duration STANDARD_IDLE = Duration.ofMinutes(15);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final long MOST_LOG_BYTES = 1 << 20;
    private static final long POLL_MILLIS = 10;
    private static final String APP = "orcinus.app";

    private final Consumer<String> log;

    BackgroundCommands(Consumer<String> log) {
        this.log = log;
    }

    /**
     * Returns the command of the daemon of this build.
     *
     * @param options of {@link #DAEMON}
     */
    static List<String> command(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of(System.getProperty(APP), "background.options"));
        command.add("-m");
        command.add("dev.orcinus.cli/dev.orcinus.cli.Main");
        command.add(DAEMON);
        command.addAll(options);
        return command;
    }

    /** Starts a daemon, unless there is one, and waits until it serves. */
    int start(List<String> arguments) throws UsageException, IOException, HostCallException {
        Duration idle = idleExit(arguments);
        Optional<LaunchPlace> place = LaunchPlace.of(BackgroundCommands::wanted);
        if (place.isEmpty()) {
            log.accept(
                    "there is no folder for a daemon in the background: XDG_RUNTIME_DIR names none");
            return 1;
        }
        place.get().forgetRefusal();
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        Optional<Integer> status = Optional.empty();
        while (status.isEmpty()) {
            ColdStart.start(place.get(), List.of(IDLE_EXIT, idle.toMillis() + "ms"), Duration.ZERO);
            status = awaitSocket(place.get(), deadline);
        }
        return status.get();
    }

    /** Returns the environment of somebody who asks for a daemon, unless it forbids one. */
    private static String wanted(String variable) {
        String value = System.getenv(variable);
        return variable.equals(LaunchPlace.VARIABLE) && value == null ? LaunchPlace.ON : value;
    }

    /** Returns a status; empty if the daemon that had the lock was one that ended properly. */
    private Optional<Integer> awaitSocket(LaunchPlace place, long deadline)
            throws IOException, HostCallException {
        HostProcess process = HostProvider.current().process();
        while (!Files.exists(place.socket())) {
            Optional<HostLock> lock = process.lock(place.lock());
            boolean isLate = System.nanoTime() > deadline;
            if (lock.isPresent() || isLate) {
                Optional<String> reason = reason(place);
                lock.ifPresent(HostLock::close);
                if (reason.isPresent() || isLate) {
                    log.accept("the daemon has not started: " + reason.orElse("it takes too long"));
                    return Optional.of(1);
                }
                return Optional.empty();
            }
            if (!Files.exists(place.folder())) {
                return Optional.empty();
            }
            pause();
        }
        return Optional.of(0);
    }

    private static Optional<String> reason(LaunchPlace place) throws IOException {
        try {
            Optional<String> refusal = place.refusal();
            return refusal.isPresent()
                    ? refusal
                    : Optional.of(Files.readString(place.log()).strip());
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private static Duration idleExit(List<String> arguments) throws UsageException {
        return new Options(arguments, Set.of(IDLE_EXIT), Set.of())
                .duration(IDLE_EXIT, STANDARD_IDLE);
    }

    /** Runs the daemon, which has inherited its lock. */
    int serve(List<String> arguments) throws UsageException, IOException, HostCallException {
        Host host = HostProvider.current();
        HostLock lock = host.process().inheritedLock();
        LaunchPlace place =
                LaunchPlace.of(BackgroundCommands::wanted)
                        .orElseThrow(() -> new FileNotFoundException("XDG_RUNTIME_DIR"));
        DaemonLog lines =
                new DaemonLog(new BoundedLog(place.log(), MOST_LOG_BYTES, DaemonCommands::write));
        BackgroundDaemon daemon =
                new BackgroundDaemon(
                        host,
                        place,
                        lock,
                        idleExit(arguments),
                        Optional.ofNullable(System.getProperty(APP)).map(Path::of),
                        lines);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(daemon, lines), "end"));
        try {
            daemon.run(handler(lines), rehearsal(place));
            return 0;
        } catch (InterruptedException e) {
            return 1;
        }
    }

    /**
     * Returns launches: of a program that is soon kept, of one with libraries that is linked each
     * time, and of a session. Both programs are an object that each build has beside its launcher.
     */
    private static Optional<LaunchRehearsal> rehearsal(LaunchPlace place) {
        String app = System.getProperty(APP);
        if (app == null || !Files.isReadable(Path.of(app, "rehearsal.o"))) {
            return Optional.empty();
        }
        String launcher = Path.of(app, "orcinus").toString();
        String object = Path.of(app, "rehearsal.o").toString();
        List<String> linked = new ArrayList<>(List.of(launcher, "run", object, NOT_KEPT));
        linked.addAll(LIBRARIES);
        return Optional.of(
                new LaunchRehearsal(
                        place,
                        List.of(
                                new RehearsedLaunch(List.of(launcher, "run", object), false),
                                new RehearsedLaunch(linked, false),
                                new RehearsedLaunch(List.of(launcher, "filedescs=0,1"), true)),
                        System.getenv()));
    }

    private static LaunchHandler handler(Consumer<String> log) {
        String build = System.getProperty(LaunchPlace.BUILD_PROPERTY);
        return new LaunchSession(new LauncherBuild(build), log);
    }

    private static void end(BackgroundDaemon daemon, DaemonLog log) {
        try {
            daemon.close();
        } catch (IOException e) {
            log.accept("while ending: " + e.getMessage());
        }
        log.close();
    }

    /** Ends this user's daemons in the background, of all builds; returns 1 if there are none. */
    int stop(List<String> arguments) throws UsageException, IOException {
        boolean isNow = new Options(arguments, Set.of(), Set.of(NOW)).has(NOW);
        Map<Long, String> answers =
                new RunningDaemons(log)
                        .ask(isNow ? BackgroundRequests.STOP_NOW : BackgroundRequests.STOP);
        answers.values().removeIf(answer -> !answer.matches("\\d+"));
        if (answers.isEmpty()) {
            log.accept("no daemon of this user runs in the background");
            return 1;
        }
        for (Map.Entry<Long, String> daemon : answers.entrySet()) {
            if (isNow || daemon.getValue().equals("0")) {
                awaitEnd(daemon.getKey());
            } else {
                log.accept(
                        "daemon "
                                + daemon.getKey()
                                + " ends after what it serves ("
                                + daemon.getValue()
                                + "); "
                                + NOW
                                + " ends it at once");
            }
        }
        return 0;
    }

    /** Looks again and again: Java tells of the ends of other processes' children late. */
    private static void awaitEnd(long pid) throws IOException {
        long deadline = System.nanoTime() + END_LIMIT.toNanos();
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("daemon " + pid + " has not ended");
            }
            pause();
        }
    }
}
