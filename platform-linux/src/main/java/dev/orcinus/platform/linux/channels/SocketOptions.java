package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.NetinetIn.IPPROTO_TCP;
import static dev.orcinus.bindings.linux.NetinetTcp.TCP_NODELAY;
import static dev.orcinus.bindings.linux.NetinetTcp.TCP_QUICKACK;
import static dev.orcinus.bindings.linux.SysSocket.SOL_SOCKET;
import static dev.orcinus.bindings.linux.SysSocket.SO_PEERCRED;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.SysSocket;
import dev.orcinus.bindings.linux.SysSocket.Ucred;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/** The options of one socket, and the user at its other end. */
final class SocketOptions {
    private static final MemorySegment ON = Arena.global().allocateFrom(JAVA_INT, 1);

    private final int fd;
    private final Optional<InetSocketAddress> local;
    private final Optional<InetSocketAddress> peer;

    SocketOptions(int fd) {
        this.fd = fd;
        local = SocketAddresses.local(fd);
        peer = SocketAddresses.peer(fd);
    }

    /** Returns whether it is a socket of the internet, not of this machine's file system. */
    boolean isTcp() {
        return local.isPresent();
    }

    void setNoDelay() {
        set(TCP_NODELAY);
    }

    /** Sends a pending acknowledgement. */
    void acknowledgeNow() {
        set(TCP_QUICKACK);
    }

    private void set(int option) {
        SysSocket.setsockopt(ErrnoState.IGNORED, fd, IPPROTO_TCP, option, ON, Integer.BYTES);
    }

    /** Returns the user at the other end, if it is on this machine. */
    OptionalInt peerUid() {
        if (local.isEmpty()) {
            return unixPeerUid();
        }
        return peer.isEmpty() ? OptionalInt.empty() : TcpPeers.uidOf(peer.get(), local.get());
    }

    private OptionalInt unixPeerUid() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment peer = arena.allocate(Ucred.SIZEOF, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) Ucred.SIZEOF);
            int failed =
                    SysSocket.getsockopt(
                            ErrnoState.IGNORED, fd, SOL_SOCKET, SO_PEERCRED, peer, size);
            return failed != 0
                    ? OptionalInt.empty()
                    : OptionalInt.of(peer.get(JAVA_INT, Ucred.UID));
        }
    }

    String describe() {
        if (peer.isPresent()) {
            return SocketAddresses.text(peer.get());
        }
        return "socket " + fd;
    }
}
