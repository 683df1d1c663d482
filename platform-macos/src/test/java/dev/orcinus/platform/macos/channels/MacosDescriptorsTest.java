package dev.orcinus.platform.macos.channels;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.posix.channels.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Tests the layouts of socket addresses and descriptions of sockets. */
final class MacosDescriptorsTest {
    private static final InetSocketAddress NEAR = at("7f000001", 0x1f90);
    private static final InetSocketAddress FAR = at("7f000001", 0x9abc);

    private final MacosDescriptors system = new MacosDescriptors();

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(SocketAddresses.of(HexFormat.of().parseHex(host)), port);
    }

    @Test
    void anAddressBeginsWithItsLengthAndFamily() {
        try (Arena arena = Arena.ofConfined()) {
            SocketAddresses addresses = new SocketAddresses(system);
            assertEquals("10021f907f0000010000000000000000", hex(addresses.encode(arena, NEAR)));
            MemorySegment v6 =
                    addresses.encode(arena, at("fe800000000000000000000000000001", 0x1f90));
            assertEquals("1c1e1f9000000000fe80000000000000000000000000000100000000", hex(v6));
            assertEquals(30, system.family(v6));
        }
    }

    private static String hex(MemorySegment segment) {
        return HexFormat.of().formatHex(segment.toArray(JAVA_BYTE));
    }

    @Test
    void aSocketIsTheOneBetweenTwoAddresses() {
        TcpSocketInfo socket = socket(0x1f90, 0x9abc);
        assertTrue(socket.connects(NEAR, FAR));
        assertFalse(socket.connects(FAR, NEAR));
        assertFalse(socket(0x1f91, 0x9abc).connects(NEAR, FAR));
    }

    private static TcpSocketInfo socket(int near, int far) {
        MemorySegment info = Arena.ofAuto().allocate(792, Long.BYTES);
        long ends = 24 + 240; // psi, soi_proto
        info.set(JAVA_BYTE, 24 + 232, (byte) 2); // soi_kind: SOCKINFO_TCP
        port(info, ends, far);
        port(info, ends + 4, near);
        info.set(JAVA_BYTE, ends + 24, (byte) 1); // insi_vflag: INI_IPV4
        for (long address : new long[] {32, 48}) {
            info.set(JAVA_BYTE, ends + address + 12, (byte) 127);
            info.set(JAVA_BYTE, ends + address + 15, (byte) 1);
        }
        return new TcpSocketInfo(info);
    }

    private static void port(MemorySegment info, long at, int port) {
        info.set(JAVA_BYTE, at, (byte) (port >> 8));
        info.set(JAVA_BYTE, at + 1, (byte) port);
    }

    @Test
    void aWriteNeedsNoFlagBecauseSocketsDoNotBlock() {
        assertArrayEquals(
                new int[] {0x80, 0, 35},
                new int[] {
                    system.numbers().doNotWait(),
                    system.numbers().sendFlags(),
                    system.numbers().again()
                });
    }
}
