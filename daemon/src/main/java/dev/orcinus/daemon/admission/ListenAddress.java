package dev.orcinus.daemon.admission;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The rule where an executor may listen: on this machine only, unless more is allowed. */
public final class ListenAddress {
    private ListenAddress() {}

    /**
     * Requires that an address may be listened on.
     *
     * @param option the option that names it, for messages
     * @param address an address of TCP, or of a Unix-domain socket
     * @param allowRemote whether an address that other machines can reach is allowed
     * @param allowOtherUsers whether other users are to connect
     * @throws IllegalArgumentException if it may not, with the option that would change that
     */
    public static void require(
            String option, SocketAddress address, boolean allowRemote, boolean allowOtherUsers) {
        if (address instanceof UnixDomainSocketAddress) {
            if (allowOtherUsers) {
                throw new IllegalArgumentException(
                        "--allow-other-users: a Unix-domain socket lets its owner connect only; listen"
                                + " on 127.0.0.1 for others");
            }
            return;
        }
        InetSocketAddress tcp = (InetSocketAddress) address;
        if (tcp.isUnresolved()) {
            throw new IllegalArgumentException(option + ": no address for " + tcp.getHostString());
        }
        if (isReachable(tcp) && !allowRemote) {
            throw new IllegalArgumentException(
                    option
                            + " "
                            + tcp.getHostString()
                            + " can be reached from other machines, and everyone who connects runs code"
                            + " as you: pass --allow-remote if that is wanted");
        }
    }

    /** Returns whether other machines may be able to reach an address. */
    public static boolean isReachable(SocketAddress address) {
        return address instanceof InetSocketAddress tcp && !tcp.getAddress().isLoopbackAddress();
    }

    /** Returns an address as text: {@code HOST:PORT}, or {@code unix:PATH}. */
    public static String text(SocketAddress address) {
        return address instanceof InetSocketAddress tcp
                ? tcp.getAddress().getHostAddress() + ":" + tcp.getPort()
                : "unix:" + address;
    }
}
