package dev.orcinus.daemon.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.host.Host;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostLock;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests what becomes of a daemon whose rehearsal is refused. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
final class LaunchRehearsalTest {
    private static final String REASON = "there is no right";
    private static final String BUILD = "build";

    private final Host host = HostProvider.current();
    @TempDir private Path directory;
    private LaunchPlace place;

    @BeforeEach
    void create() throws IOException {
        Path runtime =
                Files.createDirectory(
                        directory.resolve("r"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        place = LaunchPlace.in(runtime, BUILD);
        place.create(host.process().uid());
    }

    private static Optional<String> refuse(HostChannel connection) {
        connection.close();
        return Optional.of(REASON);
    }

    /** Its command waits while this process connects, as a launcher does. */
    private LaunchRehearsal rehearsal() {
        Path done = directory.resolve("done");
        Thread.ofPlatform().daemon().start(() -> connect(done));
        String script = "while ! [ -e '" + done + "' ]; do sleep 0.02; done";
        return new LaunchRehearsal(
                place,
                List.of(new RehearsedLaunch(List.of("/bin/sh", "-c", script), false)),
                Map.of("PATH", System.getenv("PATH")));
    }

    private void connect(Path done) {
        try {
            while (!isAnswered(UnixDomainSocketAddress.of(place.rehearsal().socket()))) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            Files.createFile(done);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connects and waits until the daemon closes the line; false if nobody listens yet. */
    private static boolean isAnswered(UnixDomainSocketAddress socket) {
        try (SocketChannel launcher = SocketChannel.open(socket)) {
            return launcher.read(ByteBuffer.allocate(1)) < 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aRefusalIsToldAndNothingIsLeft() throws IOException {
        Optional<String> refusal = rehearsal().run(host, LaunchRehearsalTest::refuse, _ -> {});
        assertEquals(Optional.of(REASON), refusal);
        assertFalse(Files.exists(place.rehearsal().folder()));
    }

    @Test
    void aLauncherThatTheFileSystemDoesNotExecuteIsARefusal() throws IOException {
        String launcher = Files.createFile(directory.resolve("launcher")).toString();
        RehearsedLaunch launch = new RehearsedLaunch(List.of(launcher), false);
        LaunchRehearsal rehearsal = new LaunchRehearsal(place, List.of(launch), Map.of());
        assertEquals(
                Optional.of(launcher + " cannot be executed"),
                rehearsal.run(host, LaunchRehearsalTest::refuse, _ -> {}));
    }

    @Test
    void aDaemonThatCanServeNobodyEndsAndHasNoSuccessor() throws Exception {
        HostLock lock = host.process().lock(place.lock()).orElseThrow();
        try (BackgroundDaemon daemon =
                new BackgroundDaemon(
                        host, place, lock, Duration.ofHours(1), Optional.empty(), _ -> {})) {
            daemon.run(LaunchRehearsalTest::refuse, Optional.of(rehearsal()));
        }
        assertEquals(Optional.of(REASON), place.refusal());
        assertFalse(Files.exists(place.lock()));
        List<String> command = List.of("/bin/false");
        assertFalse(
                BackgroundStart.start(
                        host.process(), place, command, Duration.ZERO, System::getenv));
        place.forgetRefusal();
        assertEquals(Optional.empty(), place.refusal());
    }

    @Test
    void aPlaceWhoseFolderIsRemovedHasNoLock() throws Exception {
        Files.delete(place.folder());
        assertTrue(host.process().lock(place.lock()).isEmpty());
        assertEquals(Optional.empty(), place.refusal());
    }
}
