package dev.orcinus.daemon;

import dev.orcinus.daemon.admission.ListenAddress;
import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The options of the daemon.
 *
 * @param listen the address to listen on: TCP, where with port 0 the system chooses one, or a
 *     Unix-domain socket
 * @param mostSessions how many sessions may run at a time
 * @param warmGuests how many guest processes wait for a session
 * @param allowRemote whether an address that other machines can reach is allowed
 * @param allowOtherUsers whether other users of this machine may connect
 * @param target the target of the controllers' code
 * @param session the limits of each session in this process
 * @param policy what the code of each session may do
 * @param tokenFile the file with the token that clients must know; they speak TLS then
 */
public record DaemonOptions(
        SocketAddress listen,
        int mostSessions,
        int warmGuests,
        boolean allowRemote,
        boolean allowOtherUsers,
        Triple target,
        SessionOptions session,
        SessionPolicy policy,
        Optional<Path> tokenFile) {
    /**
     * Refuses invalid numbers, and an address that other machines can reach without {@code
     * allowRemote}.
     */
    public DaemonOptions {
        if (mostSessions < 1 || warmGuests < 0) {
            throw new IllegalArgumentException(
                    "--sessions takes a number from 1, --warm one from 0");
        }
        ListenAddress.require("--listen", listen, allowRemote, allowOtherUsers);
        if (tokenFile.isPresent() && listen instanceof UnixDomainSocketAddress) {
            throw new IllegalArgumentException(
                    "--token-file: only its owner can connect to a Unix-domain socket, and needs no"
                            + " token");
        }
    }

    /** The options of a daemon that wants no token. */
    public DaemonOptions(
            SocketAddress listen,
            int mostSessions,
            int warmGuests,
            boolean allowRemote,
            boolean allowOtherUsers,
            Triple target,
            SessionOptions session,
            SessionPolicy policy) {
        this(
                listen,
                mostSessions,
                warmGuests,
                allowRemote,
                allowOtherUsers,
                target,
                session,
                policy,
                Optional.empty());
    }

    /** Returns these options with a token. */
    public DaemonOptions withTokenFile(Path file) {
        return new DaemonOptions(
                listen,
                mostSessions,
                warmGuests,
                allowRemote,
                allowOtherUsers,
                target,
                session,
                policy,
                Optional.of(file));
    }
}
