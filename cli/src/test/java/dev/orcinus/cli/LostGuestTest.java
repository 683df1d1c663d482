package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.platform.spi.host.HostTerminal;
import dev.orcinus.platform.spi.host.LaunchedSession;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests what is said of a guest that is lost at any step of the beginning of its session. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledOnOs(OS.LINUX)
final class LostGuestTest {
    private static final GuestEnd LOST = new GuestEnd.Lost("its parent has ended");
    private static final String SAID = new GuestGoneException(LOST).getMessage();

    /** The end of a session, and what its beginning has asked its guest for. */
    private record Served(int status, int steps) {}

    @TempDir private Path folder;
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** A guest that is lost when it is asked for something, and counts what it is asked for. */
    private static final class Fragile {
        private final IsolatedGuest real;
        private final int lastStep;
        private int steps;

        Fragile(IsolatedGuest real, int lastStep) {
            this.real = real;
            this.lastStep = lastStep;
        }

        IsolatedGuest guest() {
            return (IsolatedGuest) fragile(IsolatedGuest.class, real);
        }

        private Object fragile(Class<?> type, Object target) {
            return Proxy.newProxyInstance(
                    Guest.class.getClassLoader(),
                    new Class<?>[] {type},
                    (_, method, arguments) -> {
                        if (!method.getName().equals("close") && steps++ == lastStep) {
                            real.kill(LOST);
                        }
                        Object result;
                        try {
                            result = method.invoke(target, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                        Class<?> kind = method.getReturnType();
                        return kind.getName().startsWith(Guest.class.getName())
                                ? fragile(kind, result)
                                : result;
                    });
        }
    }

    /** A session of a controller that leaves at once. */
    private record ShortSession(IsolatedGuest guest, HostChannel line) implements LaunchedSession {
        @Override
        public Optional<HostTerminal> openTerminal() {
            return Optional.empty();
        }

        @Override
        public boolean hasEnded() {
            return guest.end().isPresent();
        }

        @Override
        public void end(int status) {
            throw new AssertionError("not before it has been served");
        }

        @Override
        public void close() {}
    }

    /** Serves a session whose guest is lost when it is asked for something the n-th time. */
    private Served serve(int lastStep) throws Exception {
        log.clear();
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("line"));
        try (Listener listener = HostProvider.current().channels().listen(address);
                SocketChannel controller = SocketChannel.open(address);
                IsolatedGuest real = HostProvider.current().startGuest(GuestOptions.ofSession())) {
            controller.shutdownOutput();
            Fragile fragile = new Fragile(real, lastStep);
            ShortSession session = new ShortSession(fragile.guest(), listener.accept());
            SessionDescriptors descriptors = SessionDescriptors.parse("filedescs=3,4");
            int status = new ExecutorCommands(log::add).launched(session, descriptors);
            return new Served(status, fragile.steps);
        }
    }

    @Test
    void theEndOfItsGuestIsSaidOnce() throws Exception {
        Served whole = serve(-1);
        assertEquals(0, whole.status(), log::toString);
        assertTrue(whole.steps() > 3, whole::toString);
        for (int step = 0; step < whole.steps(); step++) {
            Served lost = serve(step);
            if (log.isEmpty()) { // the controller has left
                assertEquals(0, lost.status());
            } else {
                long said = log.stream().filter(line -> line.startsWith(SAID)).count();
                assertEquals(1, said, log::toString);
                assertNotEquals(0, lost.status());
            }
        }
    }
}
