package dev.orcinus.daemon.admission;

import dev.orcinus.platform.spi.host.HostChannel;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * Decides which connections are served: those of this process's user, and of others only if that is
 * allowed, as long as the number of sessions permits it.
 *
 * @param mostSessions how many sessions may run at a time
 * @param allowRemote whether a peer on another machine, whose user is unknown, may connect
 * @param allowOtherUsers whether other users of this machine may connect
 * @param uid this process's user
 * @param userNames returns the name of a user for messages
 */
public record Admission(
        int mostSessions,
        boolean allowRemote,
        boolean allowOtherUsers,
        int uid,
        IntFunction<String> userNames) {
    /**
     * Returns the reason why a connection is not served, if there is one.
     *
     * @param sessions the number of running sessions
     * @return the reason, with the option that would change it; empty if it is served
     */
    public Optional<String> refusal(HostChannel connection, int sessions) {
        if (sessions >= mostSessions) {
            return Optional.of(mostSessions + " sessions run already (--sessions)");
        }
        return allowOtherUsers ? Optional.empty() : refusal(connection.peerUid());
    }

    private Optional<String> refusal(OptionalInt peer) {
        if (peer.isEmpty()) {
            return allowRemote
                    ? Optional.empty()
                    : Optional.of("its user is not known (--allow-other-users)");
        }
        return peer.getAsInt() == uid
                ? Optional.empty()
                : Optional.of(
                        "it is user "
                                + userNames.apply(peer.getAsInt())
                                + " (--allow-other-users)");
    }
}
