package dev.orcinus.loader.installed;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The folders in which GCC keeps its own libraries, the newest version first, and what code needs
 * of them unasked. They are searched each time, and no compiler runs. It has no state.
 */
public final class GccFolders {
    /** The archive of the functions and variables that compiled code refers to unasked. */
    public static final String LIBGCC = "libgcc.a";

    private static final List<Path> ROOTS =
            List.of(
                    Path.of("/usr/lib/gcc"),
                    Path.of("/usr/lib64/gcc"),
                    Path.of("/usr/local/lib/gcc"));

    private GccFolders() {}

    /**
     * Returns the folders of a processor.
     *
     * @param processor as triples name it: {@code x86_64}, {@code aarch64}
     */
    public static List<Path> of(String processor) throws IOException {
        return of(processor, ROOTS);
    }

    static List<Path> of(String processor, List<Path> roots) throws IOException {
        List<Path> versions = new ArrayList<>();
        for (Path root : roots) {
            for (Path target : folders(root, processor + "-*linux*")) {
                versions.addAll(folders(target, "[0-9]*"));
            }
        }
        versions.sort(Comparator.comparingInt(GccFolders::version).reversed());
        return versions;
    }

    /** Returns {@link #LIBGCC} for a processor, if it is installed. */
    public static Optional<Path> libgcc(String processor) throws IOException {
        return of(processor).stream()
                .map(folder -> folder.resolve(LIBGCC))
                .filter(Files::isReadable)
                .findFirst();
    }

    /** Returns whether a symbol may be one that compilers use unasked. */
    public static boolean isForCompilers(String symbol) {
        boolean isCxxOfMachO = symbol.startsWith("__Z");
        return symbol.startsWith("__") && !isCxxOfMachO;
    }

    private static List<Path> folders(Path parent, String glob) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(parent)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, glob)) {
                folders.forEach(found::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return found;
    }

    private static int version(Path folder) {
        String digits = folder.getFileName().toString().replaceAll("\\D.*", "");
        return digits.isEmpty() || digits.length() > 4 ? 0 : Integer.parseInt(digits);
    }
}
