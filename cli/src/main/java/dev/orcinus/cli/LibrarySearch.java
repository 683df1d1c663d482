package dev.orcinus.cli;

import dev.orcinus.loader.installed.GccFolders;
import dev.orcinus.loader.installed.LibraryFolders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds the library that {@code -lNAME} means, as ld does: the first {@code libNAME.so} or {@code
 * libNAME.a} in the folders of {@code -L}, then in the system's, then where GCC keeps its own. If
 * neither is installed, it takes a {@code libNAME.so.N}. A {@code libNAME.so} may be a script that
 * names other libraries.
 */
final class LibrarySearch {
    private static final byte[] ELF_MAGIC = {0x7f, 'E', 'L', 'F'};
    private static final int TYPE_OFFSET = 16;
    private static final int ET_DYN = 3;
    static final int DEEPEST_SCRIPT = 8;

    private final List<Path> folders = new ArrayList<>();

    private final UnaryOperator<Path> absolute;

    /**
     * Searches folders, then those of the system.
     *
     * @param absolute returns the absolute path of a file
     */
    LibrarySearch(List<String> asked, UnaryOperator<Path> absolute) {
        this.absolute = absolute;
        asked.forEach(folder -> folders.add(Path.of(folder)));
        LibraryFolders.OF_THE_SYSTEM.forEach(folder -> folders.add(Path.of(folder)));
    }

    /**
     * Returns the archives that a compiler's driver links without being asked, as far as they are
     * installed: the compiler's own functions, and the part of the C library that is not shared.
     */
    List<Path> ofCompilers() throws IOException {
        List<Path> found = new ArrayList<>();
        GccFolders.libgcc(processor()).ifPresent(found::add);
        for (String folder : LibraryFolders.OF_THE_SYSTEM) {
            Path file = Path.of(folder, "libc_nonshared.a");
            if (Files.isReadable(file)) {
                found.add(file);
                break;
            }
        }
        return found;
    }

    /** Returns whether the compiler's own functions are among archives. */
    static boolean hasLibgcc(List<Path> archives) {
        return archives.stream().anyMatch(archive -> archive.endsWith(GccFolders.LIBGCC));
    }

    private static String processor() {
        return System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    }

    /** Returns the files that a library consists of: shared libraries, archives. */
    List<LinkedFile> find(String name) throws IOException, UsageException {
        List<LinkedFile> found = new ArrayList<>();
        add(new LinkedFile(installed(name), false), found, 0);
        return found;
    }

    /**
     * Returns the files that an operand stands for: the file itself, or those that it names if it
     * is a script.
     */
    List<LinkedFile> expand(Path file) throws IOException, UsageException {
        FileErrors.requireReadable(file);
        List<LinkedFile> found = new ArrayList<>();
        LinkedFile operand = new LinkedFile(file, false);
        if (isScript(file)) {
            add(operand, found, 0);
        } else {
            found.add(operand);
        }
        return found;
    }

    /** Returns whether a file is a text that names libraries. */
    private static boolean isScript(Path file) throws IOException {
        return !inputsOf(file).isEmpty();
    }

    /**
     * Returns the files that a library may be, as far as they exist: the one that {@link #find}
     * begins with, and the first archive, which is taken behind {@code -Bstatic}.
     */
    List<Path> candidates(String name) {
        List<Path> found = new ArrayList<>();
        for (String file : List.of(name, ":lib" + name + ".a")) {
            try {
                found.add(installed(file));
            } catch (IOException | InvalidPathException | UsageException e) {
                // there is none, which the command says
            }
        }
        return found;
    }

    /** Returns what a script names; nothing if the file is no script. */
    private static List<ScriptInput> inputsOf(Path file) throws IOException {
        String text = textOf(file);
        return text.isEmpty() ? List.of() : LinkerScript.parse(text).inputs();
    }

    /** Returns what is in a file that may be a script; nothing if it cannot be one. */
    static String textOf(Path file) throws IOException {
        if (!Files.isRegularFile(file)
                || Files.size(file) > LinkerScript.LARGEST_BYTES
                || isElf(file)) {
            return "";
        }
        byte[] bytes = Files.readAllBytes(file);
        for (byte b : bytes) {
            if (b == 0) {
                return "";
            }
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        return text.startsWith("!<") ? "" : text;
    }

    /** Returns whether a file is a shared library. */
    static boolean isShared(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(TYPE_OFFSET + 2);
            return head.length == TYPE_OFFSET + 2
                    && Arrays.equals(Arrays.copyOf(head, ELF_MAGIC.length), ELF_MAGIC)
                    && head[TYPE_OFFSET] == ET_DYN;
        }
    }

    /**
     * Returns the files that a library consists of, or none if it is not installed. The object that
     * asks for it may need nothing of it.
     */
    List<LinkedFile> findIfInstalled(String name) throws IOException {
        try {
            return find(name);
        } catch (UsageException _) {
            return List.of();
        }
    }

    private Path installed(String name) throws IOException, UsageException {
        if (name.startsWith(":")) {
            return named(name);
        }
        Optional<Path> found = linkable(folders, name);
        if (found.isEmpty()) {
            found = linkable(GccFolders.of(processor()), name);
        }
        if (found.isPresent()) {
            return found.get();
        }
        for (Path folder : folders) {
            Optional<Path> versioned = versioned(folder, "lib" + name);
            if (versioned.isPresent()) {
                return versioned.get();
            }
        }
        throw new UsageException("-l" + name + ": no such library in " + folders);
    }

    private static Optional<Path> linkable(List<Path> folders, String name) {
        for (Path folder : folders) {
            for (String suffix : List.of(".so", ".a")) {
                Path file = folder.resolve("lib" + name + suffix);
                if (Files.isReadable(file)) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private Path named(String name) throws UsageException {
        for (Path folder : folders) {
            Path file = folder.resolve(name.substring(1));
            if (Files.isReadable(file)) {
                return file;
            }
        }
        throw new UsageException("-l" + name + ": no such library in " + folders);
    }

    private void add(LinkedFile asked, List<LinkedFile> found, int depth)
            throws IOException, UsageException {
        Path file = asked.path();
        if (file.toString().endsWith(".a") || isElf(file)) {
            found.add(asked);
            return;
        }
        if (depth == DEEPEST_SCRIPT || Files.size(file) > LinkerScript.LARGEST_BYTES) {
            throw new UsageException(
                    file + ": is neither a shared library nor a script that names one");
        }
        LinkerScript script =
                LinkerScript.parse(new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        if (script.inputs().isEmpty()) {
            throw new UsageException(file + ": names no library in GROUP or INPUT");
        }
        for (ScriptInput input : script.inputs()) {
            boolean isAsNeeded = asked.isAsNeeded() || input.isAsNeeded();
            add(new LinkedFile(input(input.name(), file), isAsNeeded), found, depth + 1);
        }
    }

    private Path input(String input, Path script) throws IOException, UsageException {
        if (input.startsWith("-l")) {
            return installed(input.substring(2));
        }
        List<Path> places = new ArrayList<>();
        places.add(absolute.apply(script).resolveSibling(input));
        folders.forEach(folder -> places.add(folder.resolve(input)));
        return places.stream()
                .filter(Files::isReadable)
                .findFirst()
                .orElseThrow(
                        () ->
                                new UsageException(
                                        script + " names " + input + ", which does not exist"));
    }

    private static Optional<Path> versioned(Path folder, String stem) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, stem + ".so.*")) {
            List<Path> all = new ArrayList<>();
            found.forEach(all::add);
            return all.stream()
                    .min(
                            Comparator.<Path>comparingInt(path -> path.toString().length())
                                    .thenComparing(Comparator.naturalOrder()));
        }
    }

    private static boolean isElf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return Arrays.equals(in.readNBytes(ELF_MAGIC.length), ELF_MAGIC);
        }
    }
}
