package dev.orcinus.cli;

import dev.orcinus.executor.orcrt.OrcRuntimes;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The command {@code runtime [--triple TRIPLE] -o FILE}, which writes the archive that replaces
 * LLVM's ORC runtime. The archive may be for another machine.
 */
final class RuntimeCommand {
    private static final String OUTPUT = "-o";

    private final Path file;
    private final String triple;

    RuntimeCommand(List<String> arguments) throws UsageException {
        Options options = new Options(arguments, Set.of(OUTPUT, TargetOption.NAME), Set.of());
        String output = options.text(OUTPUT, "");
        if (output.isEmpty()) {
            throw new UsageException("runtime: expected -o FILE");
        }
        try {
            file = Path.of(output);
        } catch (InvalidPathException e) {
            throw new UsageException("-o: " + e.getMessage());
        }
        triple = options.text(TargetOption.NAME, TargetOption.variable());
    }

    int run() throws IOException {
        Triple target =
                triple.isEmpty()
                        ? HostProvider.current().guestInThisProcess().triple()
                        : new Triple(triple);
        Files.write(file, OrcRuntimes.archive(target));
        return 0;
    }
}
