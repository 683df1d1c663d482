package dev.orcinus.daemon;

import dev.orcinus.daemon.DaemonLog.Target;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps the file of a log small: once it is full, it begins anew.
 *
 * @param file to which {@code target} appends
 * @param mostBytes that the file may have before a line is written
 */
public record BoundedLog(Path file, long mostBytes, Target target) implements Target {
    @Override
    public void write(String line) throws IOException {
        if (Files.exists(file) && Files.size(file) >= mostBytes) {
            try (FileChannel log = FileChannel.open(file, StandardOpenOption.WRITE)) {
                log.truncate(0);
            }
            target.write("older lines have been removed");
        }
        target.write(line);
    }
}
