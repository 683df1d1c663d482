package dev.orcinus.platform.linux.channels;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.bindings.posix.Unistd;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SocketQueryTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theUserOfAConnectedSocketIsKnown(String host) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName(host));
                Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
                Socket accepted = listener.accept()) {
            InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteSocketAddress();
            InetSocketAddress local = (InetSocketAddress) accepted.getLocalSocketAddress();
            assertEquals(client.getLocalSocketAddress(), peer);
            assertEquals(OptionalInt.of(Unistd.getuid()), SocketQuery.uidOf(peer, local));
        }
    }

    @Test
    void aSocketThatIsClosedHasNoUser() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
            try (Socket accepted = listener.accept()) {
                client.close();
                InetSocketAddress peer = (InetSocketAddress) accepted.getRemoteSocketAddress();
                InetSocketAddress local = (InetSocketAddress) accepted.getLocalSocketAddress();
                assertEquals(OptionalInt.empty(), SocketQuery.uidOf(peer, local));
            }
        }
    }
}
