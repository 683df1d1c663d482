package dev.orcinus.platform.linux.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A TCP client that connects as a C program does. */
final class TcpClient {
    private TcpClient() {}

    /** Connects and returns the descriptor. */
    static int connect(InetSocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            int family = SocketAddresses.family(address.getAddress());
            int fd = (int) Descriptors.call("socket", family, 1, 0);
            MemorySegment encoded = SocketAddresses.encode(arena, address);
            long connected = Descriptors.call("connect", fd, encoded.address(), encoded.byteSize());
            assertEquals(0, (int) connected);
            return fd;
        }
    }
}
