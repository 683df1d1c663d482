package dev.orcinus.daemon.background;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Launches that the daemon makes itself before it serves any, at a place that nobody else knows, so
 * that its code is loaded and compiled. They end after some time, however far they have come.
 *
 * @param place of the daemon
 * @param launches which are made in turn
 * @param environment of the launchers, to which the place is added
 */
public record LaunchRehearsal(
        LaunchPlace place, List<RehearsedLaunch> launches, Map<String, String> environment) {
    private static final int ROUNDS = 40;
    private static final Duration MOST_TIME = Duration.ofSeconds(4);
    private static final Duration MOST_FOR_ONE = Duration.ofSeconds(10);

    /** Copies the lists. */
    public LaunchRehearsal {
        launches = List.copyOf(launches);
        environment = Map.copyOf(environment);
    }

    /**
     * Makes the launches, which {@code handler} serves. A failure ends the rehearsal.
     *
     * @return why this process can serve nobody, if that is so
     */
    Optional<String> run(Host host, LaunchHandler handler, Consumer<String> log) {
        for (RehearsedLaunch launch : launches) {
            String launcher = launch.command().getFirst();
            if (!Files.isExecutable(Path.of(launcher))) {
                return Optional.of(launcher + " cannot be executed");
            }
        }
        AtomicReference<String> refusal = new AtomicReference<>();
        LaunchHandler noting =
                connection -> {
                    Optional<String> reason = handler.serve(connection);
                    reason.ifPresent(refusal::set);
                    return reason;
                };
        rehearseApart(host, noting, log);
        return Optional.ofNullable(refusal.get());
    }

    private void rehearseApart(Host host, LaunchHandler handler, Consumer<String> log) {
        LaunchPlace rehearsed = place.rehearsal();
        Path runtime = rehearsed.folder().getParent().getParent();
        try {
            Files.createDirectories(runtime, LaunchPlace.OWNERS_ONLY);
            rehearsed.create(host.process().uid());
            try {
                rehearseAlone(host, rehearsed, handler, log);
            } finally {
                rehearsed.remove();
                Files.deleteIfExists(runtime);
            }
        } catch (IOException | HostCallException e) {
            log.accept("no rehearsal: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who has the lock keeps a launcher that is not served from starting another daemon. */
    private void rehearseAlone(
            Host host, LaunchPlace rehearsed, LaunchHandler handler, Consumer<String> log)
            throws IOException, HostCallException, InterruptedException {
        Optional<HostLock> lock = host.process().lock(rehearsed.lock());
        if (lock.isPresent()) {
            try (HostLock _ = lock.get()) {
                rehearse(host, rehearsed, handler, log);
            }
        }
    }

    private void rehearse(
            Host host, LaunchPlace rehearsed, LaunchHandler handler, Consumer<String> log)
            throws IOException, HostCallException, InterruptedException {
        DaemonActivity activity = new DaemonActivity(Duration.ofDays(1), () -> true);
        long deadline = System.nanoTime() + MOST_TIME.toNanos();
        try (LaunchServer _ = new LaunchServer(host, rehearsed.socket(), handler, activity, log)) {
            for (int round = 0; round < ROUNDS && System.nanoTime() < deadline; round++) {
                long begin = System.nanoTime();
                for (RehearsedLaunch launch : launches) {
                    long served = activity.served();
                    launch(launch, rehearsed.folder().getParent().getParent());
                    activity.awaitRest();
                    if (activity.served() == served) {
                        throw new IOException(launch.command() + " was not served");
                    }
                }
                // whoever has started the daemon needs the processor, too
                TimeUnit.NANOSECONDS.sleep(System.nanoTime() - begin);
            }
            activity.awaitRest();
        }
    }

    private void launch(RehearsedLaunch launch, Path runtime)
            throws IOException, InterruptedException {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("XDG_RUNTIME_DIR", runtime.toString());
        launch.run(variables, MOST_FOR_ONE.toMillis());
    }
}
