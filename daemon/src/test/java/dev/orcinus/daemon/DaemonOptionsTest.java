package dev.orcinus.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.daemon.policy.SessionPolicy;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.platform.Triple;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DaemonOptionsTest {
    private static DaemonOptions options(String host, int sessions, int warm, boolean allowRemote) {
        return options(new InetSocketAddress(host, 0), sessions, warm, allowRemote);
    }

    private static DaemonOptions options(
            SocketAddress address, int sessions, int warm, boolean allowRemote) {
        return new DaemonOptions(
                address,
                sessions,
                warm,
                allowRemote,
                false,
                new Triple("x86_64-pc-linux-gnu"),
                SessionOptions.DEFAULT,
                SessionPolicy.NONE);
    }

    private static String refusal(String host, int sessions, int warm) {
        return assertThrows(
                        IllegalArgumentException.class, () -> options(host, sessions, warm, false))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "::1"})
    void loopbackNeedsNoPermission(String host) {
        assertDoesNotThrow(() -> options(host, 1, 0, false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
    void anAddressThatOthersReachIsRefusedWithTheReason(String host) {
        String refusal = refusal(host, 1, 0);
        assertTrue(refusal.contains("can be reached from other machines"), refusal);
        assertTrue(refusal.contains("everyone who connects runs code as you"), refusal);
        assertTrue(refusal.contains("--allow-remote"), refusal);
        assertDoesNotThrow(() -> options(host, 1, 0, true));
    }

    @Test
    void numbersWithoutSenseAreRefused() {
        assertEquals(
                "--sessions takes a number from 1, --warm one from 0", refusal("127.0.0.1", 0, 0));
        assertEquals(
                "--sessions takes a number from 1, --warm one from 0", refusal("127.0.0.1", 1, -1));
    }

    /** So no daemon with a socket rehearses the showing of a token, for which it would use TCP. */
    @Test
    void aTokenGoesWithTcpOnly() {
        DaemonOptions socket = options(UnixDomainSocketAddress.of("/tmp/no.such"), 1, 0, false);
        Path token = Path.of("token");
        String refusal =
                assertThrows(IllegalArgumentException.class, () -> socket.withTokenFile(token))
                        .getMessage();
        assertTrue(refusal.startsWith("--token-file: "), refusal);
        assertDoesNotThrow(() -> options("127.0.0.1", 1, 0, false).withTokenFile(token));
    }

    @Test
    void aHostWithoutAddressIsRefused() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("no.such.host", 1);
        String refusal =
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        new DaemonOptions(
                                                nowhere,
                                                1,
                                                0,
                                                true,
                                                true,
                                                new Triple("x86_64-pc-linux-gnu"),
                                                SessionOptions.DEFAULT,
                                                SessionPolicy.NONE))
                        .getMessage();
        assertEquals("--listen: no address for no.such.host", refusal);
    }
}
