package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.daemon.RunDirectory;
import dev.orcinus.daemon.control.ControlServer;
import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProvider;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests what a daemon leaves that is told to stop while it serves somebody. */
@EnabledOnOs(OS.LINUX)
@Timeout(120)
final class StoppedDaemonTest {
    @TempDir private Path directory;

    private final Host host = HostProvider.current();
    private final CountDownLatch isServing = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    private Optional<String> serve(HostChannel connection) {
        isServing.countDown();
        try {
            mayEnd.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        connection.close();
        return Optional.empty();
    }

    private HostLock awaitLock(LaunchPlace place) throws Exception {
        while (true) {
            place.create(host.process().uid());
            Optional<HostLock> lock = host.process().lock(place.lock());
            if (lock.isPresent()) {
                return lock.get();
            }
            Thread.sleep(10);
        }
    }

    /** Connects; the file is there a moment before the daemon listens. */
    private static SocketChannel connect(LaunchPlace place) throws Exception {
        while (true) {
            try {
                return SocketChannel.open(UnixDomainSocketAddress.of(place.socket()));
            } catch (SocketException e) {
                Thread.sleep(10);
            }
        }
    }

    @Test
    void anotherOneTakesItsPlaceAndKeepsIt() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        LaunchPlace place = LaunchPlace.in(directory, "build-7");
        HostLock lock = awaitLock(place);
        Files.createFile(place.log());
        BackgroundDaemon daemon =
                new BackgroundDaemon(
                        host, place, lock, Duration.ofHours(1), Optional.empty(), _ -> {});
        try {
            FutureTask<Boolean> run =
                    new FutureTask<>(
                            () -> {
                                daemon.run(this::serve, Optional.empty());
                                return true;
                            });
            Thread thread = Thread.ofPlatform().daemon().start(run);
            try (SocketChannel _ = connect(place)) {
                isServing.await();
                Path control =
                        RunDirectory.controlSockets(host.process().uid()).get(host.process().pid());
                assertEquals("1", ControlServer.ask(control, BackgroundRequests.STOP));
                try (HostLock _ = awaitLock(place)) {
                    assertFalse(Files.exists(place.socket()), "the old one's");
                    assertFalse(Files.exists(place.log()), "the old one's");
                    Files.createFile(place.socket());
                    Files.createFile(place.log());
                    assertTrue(thread.isAlive(), "it serves its rest");
                    mayEnd.countDown();
                    assertTrue(run.get());
                    daemon.close();
                    assertTrue(Files.exists(place.socket()), "the new one's");
                    assertTrue(Files.exists(place.lock()), "the new one's");
                    assertTrue(Files.exists(place.log()), "the new one's");
                }
            }
        } finally {
            daemon.close();
        }
    }
}
