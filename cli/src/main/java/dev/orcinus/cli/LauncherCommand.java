package dev.orcinus.cli;

import dev.orcinus.platform.spi.guest.LauncherBuild;
import dev.orcinus.platform.spi.host.HostLaunchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The command {@code launcher BUILD SCRIPT FILE}, which {@code etc/make-app.sh} runs: writes the
 * launcher of a build.
 */
final class LauncherCommand {
    private static final int ARGUMENTS = 3;
    private static final String MODE = "rwxr-xr-x";

    private final LauncherBuild build;
    private final String script;
    private final Path file;

    LauncherCommand(List<String> arguments) throws UsageException {
        if (arguments.size() != ARGUMENTS) {
            throw new UsageException("launcher takes a build, a script and a file to write");
        }
        build = new LauncherBuild(arguments.get(0));
        script = arguments.get(1);
        file = Path.of(arguments.get(2));
    }

    int run() throws IOException {
        Files.write(file, HostLaunchers.current().launcher(build, script));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(MODE));
        return 0;
    }
}
