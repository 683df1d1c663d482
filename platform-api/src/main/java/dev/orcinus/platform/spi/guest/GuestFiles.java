package dev.orcinus.platform.spi.guest;

import java.nio.file.Path;
import java.util.List;

/**
 * The files that a guest may open, by their absolute paths. A folder stands for all that is in it.
 * Files that were open before do not count, nor does memory that has descriptors.
 *
 * @param readable may be read and executed
 * @param writable may be read, executed, written, made and removed
 */
public record GuestFiles(List<Path> readable, List<Path> writable) {
    /** Copies the lists, whose paths are absolute. */
    public GuestFiles {
        readable = List.copyOf(readable);
        writable = List.copyOf(writable);
        for (Path path : readable) {
            requireAbsolute(path);
        }
        for (Path path : writable) {
            requireAbsolute(path);
        }
    }

    private static void requireAbsolute(Path path) {
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("'" + path + "' is not absolute");
        }
    }
}
