package dev.orcinus.tests.background;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.tests.process.OtherUser;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a launcher tells nothing to a daemon of another user, and does not obey it. */
@EnabledOnOs(OS.LINUX)
@Timeout(180)
final class ForeignDaemonTest {
    private static final Pattern PLACE = Pattern.compile("/orcinus/[0-9a-f]+/launch");

    @TempDir private Path directory;

    @Test
    void itHearsNothing() throws Exception {
        OtherUser.prefix();
        Path launcher = directory.resolve("launcher");
        Files.copy(BackgroundHome.launcher(), launcher, StandardCopyOption.COPY_ATTRIBUTES);
        Path socket = directory.resolve(place(launcher));
        Files.createDirectories(socket.getParent());
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            allowAll();
            CompletableFuture<Integer> heard = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> serve(server, heard));
            OtherUser.run(
                    Path.of("/usr/bin/env"),
                    "-i",
                    "ORCINUS_DAEMON=on",
                    "XDG_RUNTIME_DIR=" + directory,
                    launcher.toString(),
                    "run");
            assertEquals(-1, heard.get(), "the launcher has said something");
        }
    }

    /** Greets the first launcher, and counts what it says. */
    private static void serve(ServerSocketChannel server, CompletableFuture<Integer> heard) {
        try (SocketChannel launcher = server.accept()) {
            launcher.write(ByteBuffer.wrap(new byte[] {'A'}));
            heard.complete(launcher.read(ByteBuffer.allocate(1)));
        } catch (IOException gone) {
            heard.complete(-1); // it has closed the line, and said nothing
        }
    }

    /** Returns the place of the socket in the run-time folder, which the launcher has in itself. */
    private static String place(Path launcher) throws IOException {
        byte[] bytes = Files.readAllBytes(launcher);
        Matcher place = PLACE.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        assertTrue(place.find());
        return place.group().substring(1);
    }

    private void allowAll() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.toList()) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
        }
    }
}
