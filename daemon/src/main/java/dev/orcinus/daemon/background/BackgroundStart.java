package dev.orcinus.daemon.background;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProcess;
import dev.orcinus.platform.spi.host.OrphanProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Starts a daemon in the background. Whoever gets the lock of the place starts it, with the lock,
 * which it has to its end; so there is one, whoever starts it and however it ends.
 */
public final class BackgroundStart {
    /** What the daemon needs of the user's environment, to find files of its own. */
    private static final List<String> PASSED = List.of("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME");

    /**
     * Names of files are UTF-8; programs are those of the system; threads, which are many and
     * short, share the C library's memory.
     */
    private static final List<String> FIXED =
            List.of("LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "MALLOC_ARENA_MAX=2");

    private BackgroundStart() {}

    /**
     * Starts a daemon, unless one runs or starts already, or one has found that it can serve
     * nobody.
     *
     * @param command of the daemon
     * @param delay before it starts; whoever starts it needs the processor itself
     * @param environment returns the value of a variable, or null
     * @return whether it has been started
     * @throws UnsupportedOperationException if this system has no such daemons
     */
    public static boolean start(
            HostProcess process,
            LaunchPlace place,
            List<String> command,
            Duration delay,
            UnaryOperator<String> environment)
            throws IOException, HostCallException {
        place.create(process.uid());
        if (place.refusal().isPresent()) {
            return false;
        }
        Optional<HostLock> lock = process.lock(place.lock());
        if (lock.isEmpty()) {
            return false;
        }
        try (HostLock mine = lock.get()) {
            Files.deleteIfExists(place.socket()); // a daemon that was killed has left it
            start(
                    process,
                    place,
                    new OrphanProgram(command, variables(environment), place.log(), delay),
                    mine);
            return true;
        }
    }

    private static void start(
            HostProcess process, LaunchPlace place, OrphanProgram program, HostLock lock)
            throws IOException, HostCallException {
        boolean isStarted = false;
        try {
            process.start(program, lock);
            isStarted = true;
        } finally {
            if (!isStarted) {
                place.remove();
            }
        }
    }

    private static List<String> variables(UnaryOperator<String> environment) {
        List<String> variables = new ArrayList<>(FIXED);
        for (String name : PASSED) {
            String value = environment.apply(name);
            if (value != null) {
                variables.add(name + "=" + value);
            }
        }
        return variables;
    }
}
