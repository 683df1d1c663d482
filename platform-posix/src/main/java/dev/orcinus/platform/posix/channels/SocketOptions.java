package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.NetinetIn.IPPROTO_TCP;
import static dev.orcinus.bindings.posix.NetinetTcp.TCP_NODELAY;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.SysSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/** The options of one socket, and the user at its other end. */
final class SocketOptions {
    private static final MemorySegment ON = Arena.global().allocateFrom(JAVA_INT, 1);

    private final DescriptorSystem system;
    private final int fd;
    private final String name;
    private final Optional<InetSocketAddress> local;
    private final Optional<InetSocketAddress> peer;

    /**
     * The options of a socket.
     *
     * @param name stands for a peer without an address
     */
    SocketOptions(DescriptorSystem system, int fd, String name) {
        this.system = system;
        this.fd = fd;
        this.name = name;
        SocketAddresses addresses = new SocketAddresses(system);
        local = addresses.local(fd);
        peer = addresses.peer(fd);
    }

    /** Returns whether it is a socket of the internet, not of this machine's file system. */
    boolean isTcp() {
        return local.isPresent();
    }

    void setNoDelay() {
        SysSocket.setsockopt(ErrnoState.IGNORED, fd, IPPROTO_TCP, TCP_NODELAY, ON, Integer.BYTES);
    }

    /** Sends a pending acknowledgement. */
    void acknowledgeNow() {
        system.acknowledgeNow(fd);
    }

    /** Returns the user at the other end, if it is on this machine. */
    OptionalInt peerUid() {
        if (local.isEmpty()) {
            return system.userOfUnixPeer(fd);
        }
        return peer.isEmpty() ? OptionalInt.empty() : system.userOfTcpPeer(peer.get(), local.get());
    }

    String describe() {
        return peer.map(SocketAddresses::text).orElse(name);
    }
}
