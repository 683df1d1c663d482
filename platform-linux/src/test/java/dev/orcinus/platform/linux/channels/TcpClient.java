package dev.orcinus.platform.linux.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.posix.channels.SocketAddresses;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;

/** A TCP client that connects as a C program does. */
final class TcpClient {
    private TcpClient() {}

    /** Connects and returns the descriptor. */
    static int connect(InetSocketAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            SocketAddresses addresses = new SocketAddresses(new LinuxDescriptors());
            int family = addresses.family(address.getAddress());
            int fd = (int) Descriptors.call("socket", family, 1, 0);
            MemorySegment encoded = addresses.encode(arena, address);
            long connected = Descriptors.call("connect", fd, encoded.address(), encoded.byteSize());
            assertEquals(0, (int) connected);
            return fd;
        }
    }
}
