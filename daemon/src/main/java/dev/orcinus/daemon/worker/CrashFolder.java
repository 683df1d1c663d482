package dev.orcinus.daemon.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder in which the JVMs of workers write their crash reports.
 *
 * @param path the folder
 */
public record CrashFolder(Path path) {
    /**
     * Returns the file name of a worker's report.
     *
     * @param pid the worker's process id, or the {@code %p} of HotSpot's {@code ErrorFile}
     */
    Path file(String pid) {
        return path.resolve("crash-" + pid);
    }

    /** Reads the report of a worker that has ended, and removes it. */
    Optional<CrashReport> take(long pid) throws IOException {
        Path file = file(Long.toString(pid));
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Optional<CrashReport> report = CrashReport.read(file);
        Files.delete(file);
        return report;
    }
}
