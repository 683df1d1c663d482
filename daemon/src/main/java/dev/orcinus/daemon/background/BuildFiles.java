package dev.orcinus.daemon.background;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;

/**
 * The files that a process runs. When one of them is gone, or has been written again, another build
 * has taken its place.
 *
 * @param stamps of the files as they were
 */
record BuildFiles(Map<Path, Stamp> stamps) {
    /** What changes when a file is written again. */
    private record Stamp(Object key, long size, FileTime modified) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.fileKey(), now.size(), now.lastModifiedTime());
        }

        boolean isOf(Path file) {
            try {
                Stamp now = of(file);
                return size == now.size && modified.equals(now.modified) && key.equals(now.key);
            } catch (IOException gone) {
                return false;
            }
        }
    }

    /**
     * Notes the jars of a folder, the file that its build writes last, and a file that each JDK
     * has.
     */
    static BuildFiles in(Path app) {
        Map<Path, Stamp> stamps = new HashMap<>();
        Path jdk = Path.of(System.getProperty("java.home"), "release");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(app, "{*.jar,launch}")) {
            for (Path file : files) {
                stamps.put(file, Stamp.of(file));
            }
            stamps.put(jdk, Stamp.of(jdk));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildFiles(Map.copyOf(stamps));
    }

    /** Returns whether all files are as they were. */
    boolean areCurrent() {
        return stamps.entrySet().stream().allMatch(file -> file.getValue().isOf(file.getKey()));
    }
}
