package dev.orcinus.executor.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds what {@code -lNAME} means, as ld does: {@code libNAME.so}, else {@code libNAME.a}, in the
 * folders of {@code -L}, then in the system's. Where {@code libNAME.so} is a script for ld, or is
 * not installed, a {@code libNAME.so.N} beside it is taken.
 */
final class LibrarySearch {
    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final List<String> SYSTEM =
            List.of(
                    "/usr/local/lib",
                    "/lib/x86_64-linux-gnu",
                    "/usr/lib/x86_64-linux-gnu",
                    "/lib/aarch64-linux-gnu",
                    "/usr/lib/aarch64-linux-gnu",
                    "/lib64",
                    "/usr/lib64",
                    "/lib",
                    "/usr/lib");

    private final List<Path> folders = new ArrayList<>();

    LibrarySearch(List<String> asked) {
        asked.forEach(folder -> folders.add(Path.of(folder)));
        SYSTEM.forEach(folder -> folders.add(Path.of(folder)));
    }

    /** The file of a library. */
    Path find(String name) throws IOException, UsageException {
        for (Path folder : folders) {
            Optional<Path> found = find(folder, "lib" + name);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new UsageException("-l" + name + ": no such library in " + folders);
    }

    private static Optional<Path> find(Path folder, String stem) throws IOException {
        Path shared = folder.resolve(stem + ".so");
        if (isElf(shared)) {
            return Optional.of(shared);
        }
        Path archive = folder.resolve(stem + ".a");
        Optional<Path> versioned = versioned(folder, stem);
        return versioned.isEmpty() && Files.isReadable(archive) ? Optional.of(archive) : versioned;
    }

    private static Optional<Path> versioned(Path folder, String stem) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, stem + ".so.*")) {
            List<Path> all = new ArrayList<>();
            found.forEach(all::add);
            return all.stream().min(Comparator.comparingInt(path -> path.toString().length()));
        }
    }

    private static boolean isElf(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
        }
    }
}
