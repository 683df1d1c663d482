package dev.orcinus.platform.posix.channels;

import static dev.orcinus.bindings.posix.NetinetIn.SockaddrIn.SIN_ADDR;
import static dev.orcinus.bindings.posix.NetinetIn.SockaddrIn.SIN_PORT;
import static dev.orcinus.bindings.posix.NetinetIn.SockaddrIn6.SIN6_ADDR;
import static dev.orcinus.bindings.posix.NetinetIn.SockaddrIn6.SIN6_SCOPE_ID;
import static dev.orcinus.bindings.posix.SysSocket.AF_INET;
import static dev.orcinus.bindings.posix.SysSocket.AF_UNIX;
import static dev.orcinus.bindings.posix.SysUn.SockaddrUn.SUN_PATH;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.orcinus.bindings.foreign.ErrnoState;
import dev.orcinus.bindings.posix.NetinetIn.SockaddrIn;
import dev.orcinus.bindings.posix.NetinetIn.SockaddrIn6;
import dev.orcinus.bindings.posix.SysSocket;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Converts between Java's addresses and {@code struct sockaddr_in} and {@code sockaddr_in6}, which
 * have their ports in the same place, and to {@code struct sockaddr_un}.
 */
public final class SocketAddresses {
    /** How many bytes of a path every system takes, beside the zero byte at its end. */
    static final int LONGEST_PATH = 103;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private final DescriptorSystem system;

    /**
     * Makes a converter.
     *
     * @param system the calls in which systems differ
     */
    public SocketAddresses(DescriptorSystem system) {
        this.system = system;
    }

    /** Returns the address family to use for an address. */
    public int family(InetAddress address) {
        return address instanceof Inet6Address ? system.numbers().inet6() : AF_INET;
    }

    /** Returns the address family to use for an address of TCP or of a Unix-domain socket. */
    int family(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress
                ? AF_UNIX
                : family(tcp(address).getAddress());
    }

    /**
     * Requires that an address can be used.
     *
     * @param call the call that needs it
     * @throws HostCallException if its host is unknown, or its path is too long
     */
    static void require(String call, SocketAddress address) throws HostCallException {
        if (!(address instanceof UnixDomainSocketAddress unix)) {
            if (tcp(address).isUnresolved()) {
                throw new HostCallException(
                        call, 0, "unknown host " + tcp(address).getHostString());
            }
        } else if (path(unix).length == 0 || path(unix).length > LONGEST_PATH) {
            throw new HostCallException(
                    call,
                    0,
                    "the path of a socket has from 1 to "
                            + LONGEST_PATH
                            + " bytes, and this one has "
                            + path(unix).length
                            + ": "
                            + unix);
        }
    }

    private static InetSocketAddress tcp(SocketAddress address) {
        if (address instanceof InetSocketAddress tcp) {
            return tcp;
        }
        throw new UnsupportedAddressTypeException();
    }

    private static byte[] path(UnixDomainSocketAddress address) {
        return address.getPath().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the C form of an address that can be used; the segment has its exact size. */
    MemorySegment encode(Arena arena, SocketAddress address) {
        return address instanceof UnixDomainSocketAddress unix
                ? encode(arena, unix)
                : encode(arena, tcp(address));
    }

    private MemorySegment encode(Arena arena, UnixDomainSocketAddress address) {
        byte[] path = path(address);
        MemorySegment encoded = arena.allocate(SUN_PATH + path.length + 1, Integer.BYTES);
        system.setFamily(encoded, AF_UNIX);
        MemorySegment.copy(path, 0, encoded, JAVA_BYTE, SUN_PATH, path.length);
        return encoded;
    }

    /** Returns the C form of a resolved address; the segment has its exact size. */
    public MemorySegment encode(Arena arena, InetSocketAddress address) {
        InetAddress host = address.getAddress();
        boolean v6 = host instanceof Inet6Address;
        MemorySegment encoded =
                arena.allocate(v6 ? SockaddrIn6.SIZEOF : SockaddrIn.SIZEOF, Integer.BYTES);
        system.setFamily(encoded, family(host));
        encoded.set(PORT, SIN_PORT, (short) address.getPort());
        byte[] bytes = host.getAddress();
        MemorySegment.copy(bytes, 0, encoded, JAVA_BYTE, v6 ? SIN6_ADDR : SIN_ADDR, bytes.length);
        if (host instanceof Inet6Address scoped) {
            encoded.set(JAVA_INT, SIN6_SCOPE_ID, scoped.getScopeId());
        }
        return encoded;
    }

    /** Returns the socket's own address; empty if it is not an internet socket. */
    Optional<InetSocketAddress> local(int fd) {
        return ask(fd, false);
    }

    /** Returns the address that it is connected to; empty if it is not an internet socket. */
    Optional<InetSocketAddress> peer(int fd) {
        return ask(fd, true);
    }

    private Optional<InetSocketAddress> ask(int fd, boolean peer) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SockaddrIn6.SIZEOF, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, (int) SockaddrIn6.SIZEOF);
            int failed =
                    peer
                            ? SysSocket.getpeername(ErrnoState.IGNORED, fd, address, size)
                            : SysSocket.getsockname(ErrnoState.IGNORED, fd, address, size);
            return failed != 0 ? Optional.empty() : decode(address);
        }
    }

    /**
     * Returns the Java form; Java turns an IPv4 address inside an IPv6 one into an IPv4 address.
     */
    private Optional<InetSocketAddress> decode(MemorySegment address) {
        byte[] host = host(address);
        int port = Short.toUnsignedInt(address.get(PORT, SIN_PORT));
        return host.length == 0
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(of(host), port));
    }

    private byte[] host(MemorySegment address) {
        int family = system.family(address);
        if (family == AF_INET) {
            return address.asSlice(SIN_ADDR, 4).toArray(JAVA_BYTE);
        }
        return family == system.numbers().inet6()
                ? address.asSlice(SIN6_ADDR, 16).toArray(JAVA_BYTE)
                : new byte[0];
    }

    /** Returns an address of 4 or 16 bytes. */
    public static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException wrongLength) {
            throw new AssertionError(wrongLength);
        }
    }

    /**
     * Returns an address as text, as in {@code 127.0.0.1:4242}, {@code [::1]:4242} or {@code
     * unix:/tmp/socket}.
     */
    static String text(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress ? "unix:" + address : text(tcp(address));
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        String bracketed = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return bracketed + ":" + address.getPort();
    }
}
