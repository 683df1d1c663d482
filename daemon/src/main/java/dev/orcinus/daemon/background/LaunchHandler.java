package dev.orcinus.daemon.background;

import dev.orcinus.platform.spi.host.HostChannel;
import java.util.Optional;

/** Serves what one launcher asks for. Many threads may call it at once. */
@FunctionalInterface
public interface LaunchHandler {
    /**
     * Serves one launch. It returns when this process has no more to do with it: for a program,
     * when the program has ended. The calling thread, a platform thread, gets the working folder of
     * the launcher, so it is made for this launch, and ends afterwards.
     *
     * @param connection to a launcher of this user, whose user id has been checked; it belongs to
     *     this method, which closes it
     * @return why this process does not serve it, so that it starts a JVM of its own; empty if it
     *     has been served, or has gone
     */
    Optional<String> serve(HostChannel connection);
}
