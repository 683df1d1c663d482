package dev.orcinus.platform.linux.guestprocess.start;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that the JVM has opened for itself, and that processes which it starts inherit: its own
 * files, start-up caches, the modules and classes that it runs, and the sources of its random
 * numbers.
 */
final class JavaFiles {
    private static final List<String> CACHES = List.of(".aot", ".jsa");
    private static final List<Path> RANDOM =
            List.of(Path.of("/dev/random"), Path.of("/dev/urandom"));

    private JavaFiles() {}

    /** Returns their descriptors. */
    static List<Integer> descriptors() {
        List<Path> places = places();
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path entry : all) {
                if (isOfJava(places, entry)) {
                    found.add(Integer.parseInt(entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            return List.of(); // there is no /proc, and they are inherited
        }
        return found;
    }

    private static List<Path> places() {
        List<Path> places = new ArrayList<>(RANDOM);
        places.add(Path.of(System.getProperty("java.home")));
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            for (String part : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                if (!part.isEmpty()) {
                    places.add(Path.of(part).toAbsolutePath());
                }
            }
        }
        return places;
    }

    private static boolean isOfJava(List<Path> places, Path entry) {
        try {
            Path file = Files.readSymbolicLink(entry);
            String name = file.toString();
            return places.stream().anyMatch(file::startsWith)
                    || CACHES.stream().anyMatch(name::endsWith);
        } catch (IOException closed) {
            return false;
        }
    }
}
