package dev.orcinus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The command {@code launcher ROOT JDK}, which {@code etc/make-app.sh} runs: writes the launcher,
 * and a file with the build id, which names this place, the JDK, and the content of the jars.
 */
final class LauncherCommand {
    private static final int ID_BYTES = 8;

    private final Path root;
    private final Path app;
    private final Path jdk;

    LauncherCommand(List<String> arguments) throws UsageException {
        if (arguments.size() != 2) {
            throw new UsageException("launcher takes a folder and a JDK");
        }
        root = Path.of(arguments.get(0));
        app = root.resolve("cli/target/app");
        jdk = Path.of(arguments.get(1));
    }

    int run() throws IOException {
        LauncherBuild build =
                new LauncherBuild(buildId(), root.resolve("orcinus").toString());
        if (IsolatedGuestProvider.isAvailable()) {
            write("orcinus", IsolatedGuestProvider.current().launcher(build), "rwxr-xr-x");
        }
        write("build", (build.text() + '\n').getBytes(UTF_8), "rw-r--r--");
        return 0;
    }

    private String buildId() throws IOException {
        MessageDigest digest = digest();
        digest.update((root + "\n" + jdk + "\n").getBytes(UTF_8));
        digest.update(Files.readAllBytes(jdk.resolve("release")));
        digest.update(Files.readAllBytes(root.resolve("etc/make-app.sh")));
        for (Path jar : jars()) {
            digest.update(jar.getFileName().toString().getBytes(UTF_8));
            digest.update(Files.readAllBytes(jar));
        }
        return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
    }

    private List<Path> jars() throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(app, "*.jar")) {
            files.forEach(all::add);
        }
        all.sort(null);
        return all;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e); // each JDK has it
        }
    }

    /** Replaces a file at once: it may be running. */
    private void write(String name, byte[] content, String mode) throws IOException {
        Path next = app.resolve(name + "." + ProcessHandle.current().pid());
        Files.write(next, content);
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString(mode));
        Files.move(next, app.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
}
