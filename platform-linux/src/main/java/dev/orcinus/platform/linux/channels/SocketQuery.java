package dev.orcinus.platform.linux.channels;

import static dev.orcinus.bindings.linux.LinuxSocket.AF_INET6;
import static dev.orcinus.bindings.linux.LinuxSocket.AF_NETLINK;
import static dev.orcinus.bindings.linux.LinuxSocket.SOCK_CLOEXEC;
import static dev.orcinus.bindings.linux.LinuxSocket.SOCK_RAW;
import static dev.orcinus.bindings.linux.Netlink.NETLINK_SOCK_DIAG;
import static dev.orcinus.bindings.linux.Netlink.NLM_F_REQUEST;
import static dev.orcinus.bindings.linux.SockDiag.SOCK_DIAG_BY_FAMILY;
import static dev.orcinus.bindings.posix.NetinetIn.IPPROTO_TCP;
import static dev.orcinus.bindings.posix.SysSocket.AF_INET;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.linux.InetDiag.InetDiagMsg;
import dev.orcinus.bindings.linux.InetDiag.InetDiagReqV2;
import dev.orcinus.bindings.linux.InetDiag.InetDiagSockid;
import dev.orcinus.bindings.linux.Netlink.Nlmsghdr;
import dev.orcinus.bindings.posix.Errno;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.bindings.posix.Unistd;
import dev.orcinus.platform.linux.errno.Failure;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Asks the kernel for the owner of one TCP socket ({@code sock_diag(7)}). That takes microseconds,
 * whatever the number of connections; the tables of {@code /proc/net} take milliseconds.
 */
final class SocketQuery {
    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long REQUEST_BYTES = Nlmsghdr.SIZEOF + InetDiagReqV2.SIZEOF;
    private static final long ANSWER_BYTES = 4096;
    private static final long ANY_COOKIE = -1;

    private SocketQuery() {}

    /**
     * Returns the owner of the socket that is bound to {@code peer} and connected to {@code local};
     * empty if there is no such socket, or no process holds it.
     *
     * @throws HostCallException if the kernel does not answer such requests
     */
    static OptionalInt uidOf(InetSocketAddress peer, InetSocketAddress local)
            throws HostCallException {
        try (Arena arena = Arena.ofConfined()) {
            ErrnoState state = new ErrnoState(arena);
            int fd =
                    SysSocket.socket(state, AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
            if (fd < 0) {
                throw Failure.of("socket(AF_NETLINK)", state);
            }
            try {
                MemorySegment request = request(arena, peer, local);
                if (Unistd.write(state, fd, request, REQUEST_BYTES) != REQUEST_BYTES) {
                    throw Failure.of("write(SOCK_DIAG_BY_FAMILY)", state);
                }
                MemorySegment answer = arena.allocate(ANSWER_BYTES, Long.BYTES);
                long size = Unistd.read(state, fd, answer.address(), ANSWER_BYTES);
                if (size < 0) {
                    throw Failure.of("read(SOCK_DIAG_BY_FAMILY)", state);
                }
                return owner(answer, size);
            } finally {
                Unistd.close(ErrnoState.IGNORED, fd);
            }
        }
    }

    private static MemorySegment request(
            Arena arena, InetSocketAddress peer, InetSocketAddress local) {
        MemorySegment message = arena.allocate(REQUEST_BYTES, Long.BYTES);
        message.set(JAVA_INT, Nlmsghdr.NLMSG_LEN, (int) REQUEST_BYTES);
        message.set(JAVA_SHORT, Nlmsghdr.NLMSG_TYPE, (short) SOCK_DIAG_BY_FAMILY);
        message.set(JAVA_SHORT, Nlmsghdr.NLMSG_FLAGS, (short) NLM_F_REQUEST);
        MemorySegment request = message.asSlice(Nlmsghdr.SIZEOF);
        int family = peer.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
        request.set(JAVA_BYTE, InetDiagReqV2.SDIAG_FAMILY, (byte) family);
        request.set(JAVA_BYTE, InetDiagReqV2.SDIAG_PROTOCOL, (byte) IPPROTO_TCP);
        MemorySegment socket = request.asSlice(InetDiagReqV2.ID);
        socket.set(PORT, InetDiagSockid.IDIAG_SPORT, (short) peer.getPort());
        socket.set(PORT, InetDiagSockid.IDIAG_DPORT, (short) local.getPort());
        put(peer, socket, InetDiagSockid.IDIAG_SRC);
        put(local, socket, InetDiagSockid.IDIAG_DST);
        socket.set(JAVA_LONG_UNALIGNED, InetDiagSockid.IDIAG_COOKIE, ANY_COOKIE);
        return message;
    }

    private static void put(InetSocketAddress address, MemorySegment socket, long at) {
        byte[] bytes = address.getAddress().getAddress();
        MemorySegment.copy(bytes, 0, socket, JAVA_BYTE, at, bytes.length);
    }

    private static OptionalInt owner(MemorySegment answer, long size) throws HostCallException {
        if (answer.get(JAVA_SHORT, Nlmsghdr.NLMSG_TYPE) != SOCK_DIAG_BY_FAMILY) {
            int errno = -answer.get(JAVA_INT, Nlmsghdr.SIZEOF);
            if (errno == Errno.ENOENT) {
                return OptionalInt.empty();
            }
            throw Failure.of("SOCK_DIAG_BY_FAMILY", errno);
        }
        if (size < Nlmsghdr.SIZEOF + InetDiagMsg.SIZEOF) {
            throw new HostCallException(
                    "SOCK_DIAG_BY_FAMILY", 0, "an answer of " + size + " bytes about a socket");
        }
        MemorySegment socket = answer.asSlice(Nlmsghdr.SIZEOF);
        return socket.get(JAVA_INT, InetDiagMsg.IDIAG_INODE) == 0
                ? OptionalInt.empty()
                : OptionalInt.of(socket.get(JAVA_INT, InetDiagMsg.IDIAG_UID));
    }
}
