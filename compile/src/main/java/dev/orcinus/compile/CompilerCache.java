package dev.orcinus.compile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.jit.SourceCompiler.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of objects that were compiled before. An entry has two files: the object, and a list
 * with the object's digest and those of the files that were included. It is used if all of these
 * are as they were. A file that has come into a folder for includes since, and would be found
 * before another one, is not noticed. Entries are written aside and moved into place, so many
 * threads and processes may use a folder. A folder that another user could write to is as good as
 * none.
 *
 * @param folder where the entries are
 */
record CompilerCache(Path folder) {
    private static final int MOST_ENTRIES = 1_000;
    private static final Path OWN_PROCESS = Path.of("/proc/self");

    private static final Set<PosixFilePermission> OF_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private static final List<String> VARIABLES =
            List.of(
                    "CPATH",
                    "C_INCLUDE_PATH",
                    "CPLUS_INCLUDE_PATH",
                    "GCC_EXEC_PREFIX",
                    "COMPILER_PATH",
                    "SOURCE_DATE_EPOCH");

    /** Initialized when there are options: patterns cost a start some milliseconds. */
    private static final class Options {
        /** Those that make the object depend on the processor, or on files that are not listed. */
        private static final Pattern UNTRACEABLE =
                Pattern.compile(
                        "@.*|-m.*=native.*|--?specs.*|--config.*|-load|-f(pass-)?plugin.*"
                                + "|-f(profile-(instr-|sample-)?use|auto-profile).*|(-x)?assembler.*",
                        Pattern.DOTALL);

        static boolean areTraceable(List<String> options) {
            return options.stream().noneMatch(option -> UNTRACEABLE.matcher(option).matches());
        }
    }

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

    /** Returns whether all is known that the object of a source depends on. */
    static boolean isFor(Source source) {
        String file = source.file().map(Path::toString).orElse("").toLowerCase(Locale.ROOT);
        return !source.language().startsWith("assembler")
                && !file.endsWith(".s")
                && !file.endsWith(".sx")
                && !mayRead(source.text())
                && (source.options().isEmpty() || Options.areTraceable(source.options()));
    }

    /** Returns whether a text may have the assembler read files, which nobody lists. */
    private static boolean mayRead(String text) {
        return text.contains(".incbin") || text.contains(".include");
    }

    Key key(Path compiler, Source source) throws IOException {
        MessageDigest digest = sha256();
        Path real = compiler.toRealPath();
        add(digest, "orcinus 2", real.toString(), compiler.getFileName().toString());
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

    private static String digestOf(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    /** Returns the object of a key, if all that was included is as it was. */
    Optional<byte[]> find(Key key) {
        try {
            if (!isOurs()) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(list(key));
            byte[] object = Files.readAllBytes(object(key));
            if (!digestOf(object).equals(lines.getFirst())) {
                return Optional.empty(); // they are of two processes, or were not written fully
            }
            for (String line : lines.subList(1, lines.size())) {
                int space = line.indexOf(' ');
                byte[] content = Files.readAllBytes(Path.of(line.substring(space + 1)));
                if (!digestOf(content).equals(line.substring(0, space))) {
                    return Optional.empty();
                }
            }
            return Optional.of(object);
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

    /**
     * Returns whether only this user can have written what is here.
     *
     * @throws NoSuchFileException if there is no folder
     */
    private boolean isOurs() throws IOException {
        return isOfUserOnly(folder);
    }

    /** Returns whether only this user can have written what is in a folder. */
    static boolean isOfUserOnly(Path folder) throws IOException {
        PosixFileAttributes found = Files.readAttributes(folder, PosixFileAttributes.class);
        return Collections.disjoint(found.permissions(), OF_OTHERS) && isThisUser(found.owner());
    }

    /** Files of this process belong to it, unless the kernel hides the process. */
    private static boolean isThisUser(UserPrincipal owner) throws IOException {
        return (Files.exists(OWN_PROCESS) && Files.getOwner(OWN_PROCESS).equals(owner))
                || ownerOfNewFile().equals(owner);
    }

    /** Returns the owner of files that this process makes; {@code user.name} may be any text. */
    private static UserPrincipal ownerOfNewFile() throws IOException {
        Path file = Files.createTempFile("orcinus-", null);
        try {
            return Files.getOwner(file);
        } finally {
            Files.delete(file);
        }
    }

    /**
     * Keeps an object, unless a file that was included has changed since the compiler began, and
     * the object may be of what it was before. A folder that cannot be written is as good as none.
     */
    void keep(Key key, byte[] object, List<Path> included, FileTime begin) {
        try {
            List<String> lines = new ArrayList<>();
            lines.add(digestOf(object));
            for (Path file : included) {
                byte[] content = Files.readAllBytes(file);
                if (Files.getLastModifiedTime(file).compareTo(begin) >= 0
                        || mayRead(new String(content, ISO_8859_1))) {
                    return;
                }
                lines.add(digestOf(content) + " " + file);
            }
            createFolder();
            if (isOurs()) {
                put(object(key), object);
                put(list(key), (String.join("\n", lines) + "\n").getBytes(UTF_8));
                removeOldest();
            }
        } catch (IOException e) {
            return; // the object is compiled again next time
        }
    }

    private void createFolder() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
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
