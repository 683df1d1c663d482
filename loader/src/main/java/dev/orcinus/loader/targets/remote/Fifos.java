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
 * standard ones. While we hold both ends of each, opening waits for nobody; {@link #met} lets go of
 * the child's ends once it has them, or will never have them, so that its end becomes visible as an
 * end of the line.
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

    /** What the child reads. */
    Path requests() {
        return requests;
    }

    /** What it writes. */
    Path replies() {
        return replies;
    }

    /** Our end of the replies. */
    FileChannel input() {
        return input;
    }

    /** Our end of the requests. */
    FileChannel output() {
        return output;
    }

    /** Lets go of the child's ends and removes the names. More than once is the same as once. */
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
                // in a folder for temporary files; nobody is held up by it
            }
        }
    }
}
