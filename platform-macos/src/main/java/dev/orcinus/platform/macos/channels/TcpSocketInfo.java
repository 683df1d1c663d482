package dev.orcinus.platform.macos.channels;

import static dev.orcinus.bindings.macos.SysProcInfo.INI_IPV4;
import static dev.orcinus.bindings.macos.SysProcInfo.InSockInfo.INSI_FADDR;
import static dev.orcinus.bindings.macos.SysProcInfo.InSockInfo.INSI_FPORT;
import static dev.orcinus.bindings.macos.SysProcInfo.InSockInfo.INSI_LADDR;
import static dev.orcinus.bindings.macos.SysProcInfo.InSockInfo.INSI_LPORT;
import static dev.orcinus.bindings.macos.SysProcInfo.InSockInfo.INSI_VFLAG;
import static dev.orcinus.bindings.macos.SysProcInfo.SOCKINFO_TCP;
import static dev.orcinus.bindings.macos.SysProcInfo.SocketFdInfo.PSI;
import static dev.orcinus.bindings.macos.SysProcInfo.SocketInfo.SOI_KIND;
import static dev.orcinus.bindings.macos.SysProcInfo.SocketInfo.SOI_PROTO;
import static dev.orcinus.bindings.macos.SysProcInfo.TcpSockInfo.TCPSI_INI;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.orcinus.platform.posix.channels.SocketAddresses;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * The kernel's description of a socket of TCP.
 *
 * @param info a {@code struct socket_fdinfo}
 */
record TcpSocketInfo(MemorySegment info) {
    private static final ValueLayout.OfShort PORT =
            JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** Where the addresses begin. */
    private static final long ENDS = PSI + SOI_PROTO + TCPSI_INI;

    private static final int V6_BYTES = 16;
    private static final int V4_BYTES = 4;

    /** Returns whether it is bound to {@code near} and connected to {@code far}. */
    boolean connects(InetSocketAddress near, InetSocketAddress far) {
        return info.get(JAVA_INT, PSI + SOI_KIND) == SOCKINFO_TCP
                && end(INSI_LADDR, INSI_LPORT).equals(near)
                && end(INSI_FADDR, INSI_FPORT).equals(far);
    }

    /** Java turns an IPv4 address inside an IPv6 one into an IPv4 address. */
    private InetSocketAddress end(long address, long port) {
        boolean v4 = (info.get(JAVA_BYTE, ENDS + INSI_VFLAG) & INI_IPV4) != 0;
        int size = v4 ? V4_BYTES : V6_BYTES;
        long start = ENDS + address + V6_BYTES - size;
        byte[] host = info.asSlice(start, size).toArray(JAVA_BYTE);
        return new InetSocketAddress(
                SocketAddresses.of(host), Short.toUnsignedInt(info.get(PORT, ENDS + port)));
    }
}
