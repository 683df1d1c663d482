package dev.orcinus.cli;

import dev.orcinus.daemon.RunDirectory;
import dev.orcinus.daemon.control.ControlServer;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** This user's daemons that run now. */
final class RunningDaemons {
    private final Consumer<String> log;

    /**
     * Holds none itself.
     *
     * @param log takes a line for each daemon that does not answer
     */
    RunningDaemons(Consumer<String> log) {
        this.log = log;
    }

    /** Returns the answers of all daemons by their process ids. */
    Map<Long, String> ask(String request) throws IOException {
        return ask(request, null);
    }

    /**
     * Returns the answers of daemons by their process ids.
     *
     * @param only the process id of the only daemon to ask; null for all
     */
    Map<Long, String> ask(String request, String only) throws IOException {
        Map<Long, String> answers = new TreeMap<>();
        int uid = HostProvider.current().process().uid();
        for (Map.Entry<Long, Path> daemon : RunDirectory.controlSockets(uid).entrySet()) {
            if (only == null || only.equals(daemon.getKey().toString())) {
                try {
                    answers.put(daemon.getKey(), ControlServer.ask(daemon.getValue(), request));
                } catch (SocketTimeoutException e) {
                    log.accept("daemon " + daemon.getKey() + ": " + e.getMessage());
                } catch (SocketException e) {
                    // that daemon has just ended, or was killed and another process has its id now
                }
            }
        }
        return answers;
    }
}
