package dev.orcinus.cli;

import dev.orcinus.executor.orcrt.OrcRuntimes;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * The command {@code runtime -o FILE}, which writes the archive that replaces LLVM's ORC runtime.
 */
final class RuntimeCommand {
    private final Path file;

    RuntimeCommand(List<String> arguments) throws UsageException {
        if (arguments.size() != 2 || !"-o".equals(arguments.getFirst())) {
            throw new UsageException("runtime: expected -o FILE");
        }
        try {
            file = Path.of(arguments.getLast());
        } catch (InvalidPathException e) {
            throw new UsageException("-o: " + e.getMessage());
        }
    }

    int run() throws IOException {
        Files.write(
                file, OrcRuntimes.archive(HostProvider.current().guestInThisProcess().triple()));
        return 0;
    }
}
