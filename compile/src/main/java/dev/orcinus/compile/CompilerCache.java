package dev.orcinus.compile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.jit.SourceCompiler.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A folder of objects that were compiled before. An entry has two files: the object, and the list
 * of the files that were included, with digests of their contents. It is used if all of these are
 * as they were. A file that has come into a folder for includes since, and would be found before
 * another one, is not noticed. Entries are written aside and moved into place, so many threads and
 * processes may use a folder.
 *
 * @param folder where the entries are
 */
record CompilerCache(Path folder) {
    private static final int MOST_ENTRIES = 1_000;
    private static final List<String> VARIABLES =
            List.of(
                    "CPATH",
                    "C_INCLUDE_PATH",
                    "CPLUS_INCLUDE_PATH",
                    "GCC_EXEC_PREFIX",
                    "COMPILER_PATH",
                    "SOURCE_DATE_EPOCH");

    /** The digest of all that is known before a compilation. */
    record Key(String digest) {}

    static CompilerCache ofUser() {
        String caches = System.getenv("XDG_CACHE_HOME");
        Path folder =
                caches == null || caches.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(caches);
        return new CompilerCache(folder.resolve("orcinus").resolve("compiled"));
    }

    Key key(Path compiler, Source source) throws IOException {
        MessageDigest digest = sha256();
        Path real = compiler.toRealPath();
        add(digest, "orcinus 1", real.toString(), compiler.getFileName().toString());
        add(digest, Files.getLastModifiedTime(real).toString(), Long.toString(Files.size(real)));
        add(digest, System.getProperty("user.dir"), source.language(), source.name());
        add(digest, Integer.toString(source.options().size()));
        source.options().forEach(option -> add(digest, option));
        for (String variable : VARIABLES) {
            add(digest, String.valueOf(System.getenv(variable)));
        }
        if (source.file().isPresent()) {
            digest.update(Files.readAllBytes(source.file().get()));
        } else {
            add(digest, source.text());
        }
        return new Key(HexFormat.of().formatHex(digest.digest()));
    }

    private static void add(MessageDigest digest, String... parts) {
        for (String part : parts) {
            byte[] bytes = part.getBytes(UTF_8);
            digest.update((bytes.length + ":").getBytes(UTF_8));
            digest.update(bytes);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new LinkageError(impossible.getMessage(), impossible);
        }
    }

    private static String digestOf(Path file) throws IOException {
        return HexFormat.of().formatHex(sha256().digest(Files.readAllBytes(file)));
    }

    /** Returns the object of a key, if all that was included is as it was. */
    Optional<byte[]> find(Key key) {
        try {
            for (String line : Files.readAllLines(list(key))) {
                int space = line.indexOf(' ');
                if (!digestOf(Path.of(line.substring(space + 1)))
                        .equals(line.substring(0, space))) {
                    return Optional.empty();
                }
            }
            return Optional.of(Files.readAllBytes(object(key)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private Path list(Key key) {
        return folder.resolve(key.digest + ".d");
    }

    private Path object(Key key) {
        return folder.resolve(key.digest + ".o");
    }

    /** Keeps an object. A folder that cannot be written is as good as none. */
    void keep(Key key, byte[] object, List<Path> included) {
        try {
            List<String> lines = new ArrayList<>();
            for (Path file : included) {
                lines.add(digestOf(file) + " " + file);
            }
            Files.createDirectories(folder);
            put(object(key), object);
            put(
                    list(key),
                    (String.join("\n", lines) + (lines.isEmpty() ? "" : "\n")).getBytes(UTF_8));
            removeOldest();
        } catch (IOException e) {
            return; // the object is compiled again next time
        }
    }

    private void put(Path place, byte[] content) throws IOException {
        Path aside = Files.createTempFile(folder, "new-", null);
        try {
            Files.write(aside, content);
            Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(aside);
        }
    }

    private void removeOldest() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(folder)) {
            all = files.filter(file -> file.toString().endsWith(".d")).toList();
        }
        if (all.size() > MOST_ENTRIES) {
            List<Path> oldest = new ArrayList<>(all);
            oldest.sort(Comparator.comparingLong(file -> file.toFile().lastModified()));
            for (Path list : oldest.subList(0, all.size() - MOST_ENTRIES / 2)) {
                Files.deleteIfExists(list);
                Files.deleteIfExists(Path.of(list.toString().replaceAll("d$", "o")));
            }
        }
    }
}
