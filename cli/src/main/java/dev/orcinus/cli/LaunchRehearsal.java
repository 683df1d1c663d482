package dev.orcinus.cli;

import dev.orcinus.daemon.background.LaunchHandler;
import dev.orcinus.daemon.background.LaunchPlace;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Prepares a daemon for its launches: real launchers, of which nobody else knows, have it run a
 * small program some times, so that the code on the way is loaded and compiled. Without the object
 * of that program, or if it cannot be run, the first launches are slower.
 */
final class LaunchRehearsal implements Runnable {
    private static final int ROUNDS = 30;
    private static final String APP = "orcinus.app";

    private final Host host;
    private final LaunchPlace place;
    private final LaunchHandler handler;
    private final Consumer<String> log;

    LaunchRehearsal(Host host, LaunchPlace place, LaunchHandler handler, Consumer<String> log) {
        this.host = host;
        this.place = place;
        this.handler = handler;
        this.log = log;
    }

    @Override
    public void run() {
        String app = System.getProperty(APP);
        if (app != null) {
            rehearse(Path.of(app), place.within("r"));
        }
    }

    private void rehearse(Path app, LaunchPlace own) {
        try {
            Files.createDirectory(own.runtimeFolder(), LaunchPlace.OWNERS_ONLY);
            own.create(host.process().uid());
            try (Listener listener =
                    host.channels().listen(UnixDomainSocketAddress.of(own.socket()))) {
                for (int i = 0; i < ROUNDS; i++) {
                    launch(app, own.runtimeFolder(), listener);
                }
            } finally {
                own.remove();
                Files.deleteIfExists(own.runtimeFolder());
            }
        } catch (IOException | HostCallException | InterruptedException e) {
            log.accept("the rehearsal has failed: " + e.getMessage());
        }
    }

    private void launch(Path app, Path runtime, Listener listener)
            throws IOException, HostCallException, InterruptedException {
        ProcessBuilder launcher =
                new ProcessBuilder(app.resolve("orcinus").toString(), "run", object(app))
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD);
        Map<String, String> environment = launcher.environment();
        environment.clear();
        environment.put("XDG_RUNTIME_DIR", runtime.toString());
        Process process = launcher.start();
        process.getOutputStream().close();
        HostChannel connection = listener.accept();
        Thread thread = Thread.ofPlatform().daemon().start(() -> handler.serve(connection));
        thread.join();
        process.waitFor();
    }

    private static String object(Path app) {
        String processor = System.getProperty("os.arch").equals("aarch64") ? "-aarch64" : "";
        return app.resolve("../../../examples/hello/hello" + processor + ".o").normalize().toString();
    }
}
