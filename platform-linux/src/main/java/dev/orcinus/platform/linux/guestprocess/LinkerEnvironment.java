package dev.orcinus.platform.linux.guestprocess;

import dev.orcinus.platform.linux.guestprocess.LoadedObjects.LoadedObject;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a process's environment, and the system's files, tell its dynamic linker (ld.so(8)). It has
 * no state, and is read anew with each call. Any thread may use it.
 */
final class LinkerEnvironment {
    private static final String SEARCH_PATH = "LD_LIBRARY_PATH=";

    /** Those between the folders of a search path. */
    private static final String SEARCH_SEPARATORS = "[:;]";

    private static final String PRELOAD = "LD_PRELOAD=";

    /** Those between the libraries of the environment. */
    private static final String PRELOAD_SEPARATORS = "[ :]";

    private static final Path OF_SYSTEM = Path.of("/etc/ld.so.preload");

    /** Those between the libraries of the system's file, in which comments end with their lines. */
    private static final String FILE_SEPARATORS = "[ \\t:]+";

    private final Path process;
    private final Path ofSystem;

    /** The environment with which a process has been started. */
    LinkerEnvironment(int pid) {
        this(Path.of("/proc", Integer.toString(pid)), OF_SYSTEM);
    }

    /**
     * The environment of a process.
     *
     * @param process its folder in {@code /proc}
     * @param ofSystem the file that names libraries to preload for all processes
     */
    LinkerEnvironment(Path process, Path ofSystem) {
        this.process = process;
        this.ofSystem = ofSystem;
    }

    /** Returns the folders for libraries, as absolute paths. */
    List<String> searchPath() {
        try {
            Path folder = folder();
            return values(SEARCH_PATH)
                    .flatMap(paths -> Arrays.stream(paths.split(SEARCH_SEPARATORS, -1)))
                    .map(path -> folder.resolve(path).toString())
                    .toList();
        } catch (IOException | InvalidPathException unreadable) {
            return List.of();
        }
    }

    /** Returns whether libraries are to be loaded before all others. */
    boolean hasPreloads() {
        return !namesOfPreloads().isEmpty();
    }

    /**
     * Returns the absolute paths of those libraries that have been loaded before all others: a
     * process may do without some that are named, and need one of them itself.
     *
     * @param objects the process's objects, the executable first
     */
    List<String> preloaded(List<LoadedObject> objects) {
        Set<String> names = namesOfPreloads();
        try {
            Path folder = folder();
            return objects.stream()
                    .skip(1)
                    .filter(object -> !object.isOfKernel())
                    .takeWhile(object -> names.contains(lastOf(object.name())))
                    .map(object -> folder.resolve(object.name()).toString())
                    .toList();
        } catch (IOException | InvalidPathException unreadable) {
            return List.of();
        }
    }

    /** Returns the names of files, without folders, which the dynamic linker may have to find. */
    private Set<String> namesOfPreloads() {
        try {
            return Stream.concat(
                            values(PRELOAD)
                                    .flatMap(all -> Arrays.stream(all.split(PRELOAD_SEPARATORS))),
                            namesOfSystem())
                    .map(LinkerEnvironment::lastOf)
                    .filter(name -> !name.isEmpty())
                    .collect(Collectors.toSet());
        } catch (IOException unreadable) {
            return Set.of();
        }
    }

    private Stream<String> namesOfSystem() throws IOException {
        if (!Files.exists(ofSystem)) {
            return Stream.of();
        }
        return new String(Files.readAllBytes(ofSystem), ofFileNames())
                .lines()
                .map(line -> line.replaceFirst("#.*", ""))
                .flatMap(line -> Arrays.stream(line.split(FILE_SEPARATORS)));
    }

    private static String lastOf(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns the value of a variable that is there and is not empty. */
    private Stream<String> values(String variable) throws IOException {
        byte[] environment = Files.readAllBytes(process.resolve("environ"));
        return Arrays.stream(new String(environment, ofFileNames()).split("\0", -1))
                .filter(text -> text.startsWith(variable) && text.length() > variable.length())
                .map(text -> text.substring(variable.length()));
    }

    private Path folder() throws IOException {
        return process.resolve("cwd").toRealPath();
    }

    /** Returns the encoding in which {@link Path} takes names of files. */
    private static Charset ofFileNames() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }
}
