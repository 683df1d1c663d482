package dev.orcinus.compile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.loader.CompilationException;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Enumeration;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The clang in the artifact {@code org.bytedeco:llvm} for Linux, if that is on the class path. It
 * is unpacked once into the user's folder for caches, which takes some 330 MB. Programs and
 * libraries of the artifact are used as files; none of its classes is.
 *
 * @param place the folder in the jar, with a slash at its end
 * @param caches the folder of Orcinus for caches
 */
record PackagedClang(String place, Path caches) {
    private static final String ALL = "org/bytedeco/llvm/";
    private static final Pattern LIBRARY = Pattern.compile("lib(LLVM|clang-cpp)\\.so(\\.[0-9]+)+");

    /** What a process that was killed has left is removed after this time. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final String ASIDE = "new-";

    /** Returns the program's file; empty if there is none for this system. */
    static Optional<Path> ofUser() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        Path caches = CompilerCache.ofUser().folder().toAbsolutePath().getParent();
        return switch (system) {
            case "Linux amd64" -> new PackagedClang(ALL + "linux-x86_64/", caches).find();
            case "Linux aarch64" -> new PackagedClang(ALL + "linux-arm64/", caches).find();
            default -> Optional.empty();
        };
    }

    private Optional<Path> find() {
        URL program = loader().getResource(place + "clang");
        if (program == null) {
            return Optional.empty();
        }
        try {
            return program.openConnection() instanceof JarURLConnection jar
                    ? Optional.of(unpacked(jar))
                    : Optional.empty();
        } catch (IOException e) {
            throw CompilationException.of(
                    "the clang of org.bytedeco:llvm cannot be unpacked into "
                            + caches
                            + ", and none of clang, gcc and cc is on PATH: "
                            + e);
        }
    }

    private static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? ClassLoader.getSystemClassLoader() : ofThread;
    }

    private Path unpacked(JarURLConnection connection) throws IOException {
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
            Path file = Path.of(jar.getName());
            String version = file.getFileName().toString().replaceFirst("\\.jar$", "");
            Path home = caches.resolve("clang-" + version + "-" + Files.size(file));
            if (!Files.exists(home)) {
                unpack(jar, home);
            }
            if (!CompilerCache.isOfUserOnly(home)) {
                throw new IOException(home + " can be written by others");
            }
            return home.resolve("bin").resolve("clang");
        }
    }

    /** Unpacks it aside and moves it into place, so that several processes may do it at once. */
    private void unpack(JarFile jar, Path home) throws IOException {
        Files.createDirectories(caches);
        removeUnfinished();
        Path aside = Files.createTempDirectory(caches, ASIDE);
        try {
            unpackInto(aside, jar);
            Files.move(aside, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(aside);
            if (!Files.exists(home)) {
                throw e;
            }
        }
    }

    /** Removes what processes have left that were killed while they unpacked. */
    private void removeUnfinished() throws IOException {
        Instant oldest = Instant.now().minus(LONGEST);
        try (DirectoryStream<Path> all = Files.newDirectoryStream(caches, ASIDE + "*")) {
            for (Path folder : all) {
                removeIfBefore(oldest, folder);
            }
        }
    }

    private static void removeIfBefore(Instant oldest, Path folder) {
        try {
            if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && CompilerCache.isOfUserOnly(folder)
                    && Files.getLastModifiedTime(folder).toInstant().isBefore(oldest)) {
                delete(folder);
            }
        } catch (IOException e) {
            return; // another process removes it, too
        }
    }

    private void unpackInto(Path folder, JarFile jar) throws IOException {
        Path program = folder.resolve("bin").resolve("clang");
        for (Enumeration<JarEntry> all = jar.entries(); all.hasMoreElements(); ) {
            JarEntry entry = all.nextElement();
            if (!entry.isDirectory() && entry.getName().startsWith(place)) {
                String target = target(entry.getName().substring(place.length()));
                if (!target.isEmpty()) {
                    copy(jar, entry, within(folder, target));
                }
            }
        }
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        linkLibraries(program, folder.resolve("lib"));
    }

    /** Returns where an entry goes; empty if it is not needed. */
    private static String target(String name) {
        if (name.equals("clang")) {
            return "bin/" + name;
        }
        if (name.startsWith("libLLVM.so") || name.startsWith("libclang-cpp.so")) {
            return "lib/" + name;
        }
        return name.startsWith("lib/clang/") ? name : "";
    }

    private static Path within(Path folder, String name) throws IOException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder)) {
            throw new IOException("the jar has a file with the name " + name);
        }
        return file;
    }

    private static void copy(JarFile jar, JarEntry entry, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        try (InputStream content = jar.getInputStream(entry)) {
            Files.copy(content, file);
        }
    }

    /** The program asks for its libraries by names with versions, which the jar does not have. */
    private static void linkLibraries(Path program, Path libraries) throws IOException {
        Matcher names = LIBRARY.matcher(new String(Files.readAllBytes(program), ISO_8859_1));
        while (names.find()) {
            try {
                Files.createSymbolicLink(
                        libraries.resolve(names.group()), Path.of("lib" + names.group(1) + ".so"));
            } catch (FileAlreadyExistsException twice) {
                // the program has the name twice, or the jar has the file
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
                            throws IOException {
                        Files.delete(directory);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
