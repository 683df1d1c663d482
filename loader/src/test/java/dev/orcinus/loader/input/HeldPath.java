package dev.orcinus.loader.input;

import dev.orcinus.platform.spi.host.HeldFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Stands in for a held file: no test renames what a path without symbolic links leads to. */
record HeldPath(Path path) implements HeldFile {
    static Optional<HeldFile> of(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(new HeldPath(file.toRealPath()))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        // nothing is open
    }
}
