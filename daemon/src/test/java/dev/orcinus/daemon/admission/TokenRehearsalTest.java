package dev.orcinus.daemon.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.secure.ServerAccess;
import dev.orcinus.secure.ServerIdentity;
import dev.orcinus.secure.Token;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class TokenRehearsalTest {
    private static final Token TOKEN = Token.of("0123456789abcdef0123456789abcdef");

    @TempDir static Path folder;
    private static ServerAccess access;

    @BeforeAll
    static void makeCertificate() throws IOException {
        access = new ServerAccess(TOKEN, ServerIdentity.of(folder));
    }

    /** Calls something else with the listener that the rehearsal has opened. */
    @FunctionalInterface
    private interface OnListen {
        void listening(Listener listener) throws Exception;
    }

    private static <T> T proxy(Class<T> type, T target, String watched, OnListen then) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            Object result = invoke(target, method, arguments);
                            if (method.getName().equals(watched)) {
                                then.listening((Listener) result);
                            }
                            return result instanceof HostChannels channels
                                    ? proxy(HostChannels.class, channels, watched, then)
                                    : result;
                        }));
    }

    private static Object invoke(Object target, Method method, Object... arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Host host(OnListen then) {
        return proxy(Host.class, HostProvider.current(), "listen", then);
    }

    @Test
    void aClientIsLetInAndNothingStays() throws Exception {
        AtomicReference<Listener> listener = new AtomicReference<>();
        new TokenRehearsal(host(listener::set), access).run();
        InetSocketAddress address = (InetSocketAddress) listener.get().address();
        assertThrows(
                IOException.class,
                () -> new Socket(address.getAddress(), address.getPort()).close(),
                "nobody listens any more");
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count(), "the certificate only: no known hosts");
        }
    }

    @Test
    void whoComesWithoutTheTokenDisturbsNothing() throws Exception {
        AtomicReference<Socket> stranger = new AtomicReference<>();
        Host host =
                host(
                        listener -> {
                            var address = (InetSocketAddress) listener.address();
                            stranger.set(new Socket(address.getAddress(), address.getPort()));
                            stranger.get().getOutputStream().write(new byte[32]);
                        });
        new TokenRehearsal(host, access).run();
        try (Socket socket = stranger.get()) {
            socket.setSoTimeout(30_000);
            assertTrue(isEnded(socket), "the stranger is refused");
        }
    }

    private static boolean isEnded(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aSystemThatCannotListenIsReported() {
        Host host =
                host(
                        listener -> {
                            listener.close();
                            throw new HostCallException("listen", 24, "made to fail");
                        });
        HostCallException e =
                assertThrows(HostCallException.class, () -> new TokenRehearsal(host, access).run());
        assertTrue(e.getMessage().contains("made to fail"), e.getMessage());
    }
}
