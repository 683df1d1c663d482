package dev.orcinus.loader.targets.remote;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Two named pipes in a private folder, by which a child process gets descriptors beyond its
 * standard ones. Opening a pipe does not block as long as this process holds both ends. {@link
 * #met} closes the child's ends here when the child has opened them or has ended, so that the end
 * of the child ends the line.
 */
final class Fifos {
    private static final long LIMIT_SECONDS = 10;

    private final Path folder;
    private final Path requests;
    private final Path replies;
    private final List<FileChannel> held;
    private final FileChannel input;
    private final FileChannel output;

    private Fifos(Path folder) throws IOException {
        this.folder = folder;
        this.requests = folder.resolve("requests");
        this.replies = folder.resolve("replies");
        make(requests, replies);
        FileChannel bothOfRequests = both(requests);
        FileChannel bothOfReplies = both(replies);
        this.held = List.of(bothOfRequests, bothOfReplies);
        this.output = FileChannel.open(requests, StandardOpenOption.WRITE);
        this.input = FileChannel.open(replies, StandardOpenOption.READ);
    }

    /** Makes the folder and the pipes. */
    static Fifos make() throws IOException {
        Path folder = Files.createTempDirectory("orcinus-line-");
        try {
            return new Fifos(folder);
        } catch (IOException e) {
            remove(folder.resolve("requests"), folder.resolve("replies"), folder);
            throw e;
        }
    }

    private static FileChannel both(Path fifo) throws IOException {
        return FileChannel.open(fifo, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void make(Path requests, Path replies) throws IOException {
        Process process =
                new ProcessBuilder("mkfifo", "-m", "600", requests.toString(), replies.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("mkfifo failed: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting an executor", e);
        }
    }

    /** Returns the path of the pipe that the child reads. */
    Path requests() {
        return requests;
    }

    /** Returns the path of the pipe that the child writes. */
    Path replies() {
        return replies;
    }

    /** Returns this process's end of the replies. */
    FileChannel input() {
        return input;
    }

    /** Returns this process's end of the requests. */
    FileChannel output() {
        return output;
    }

    /** Closes the child's ends here and removes the names. A second call does nothing. */
    void met() {
        held.forEach(Closing::quietly);
        remove(requests, replies, folder);
    }

    /** Closes everything. */
    void close() {
        met();
        Closing.quietly(output);
        Closing.quietly(input);
    }

    private static void remove(Path... paths) {
        for (Path path : paths) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                // it stays in a folder for temporary files, where it does no harm
            }
        }
    }
}
