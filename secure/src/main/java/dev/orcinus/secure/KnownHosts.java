package dev.orcinus.secure;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The certificates of daemons that this user has connected to: a file with a line for each, {@code
 * HOST:PORT FINGERPRINT DATE}. A line that begins with {@code #} is a comment. Several processes
 * may use the file at the same time.
 *
 * @param file the file, which may not exist
 */
record KnownHosts(Path file) {
    private static final Object LOCK = new Object();
    private static final Pattern SPACE = Pattern.compile("\\s+");

    /**
     * A certificate that has been seen.
     *
     * @param fingerprint its fingerprint
     * @param since the day when it was seen for the first time, as text
     */
    record Pin(Fingerprint fingerprint, String since) {}

    /**
     * Requires that a daemon has the certificate that it had before.
     *
     * @param peer the daemon, {@code HOST:PORT}
     * @throws AccessException if it has another one
     * @throws IOException if the file cannot be read
     */
    void check(String peer, Fingerprint now) throws IOException {
        Optional<Pin> pin;
        try {
            pin = find(peer);
        } catch (NoSuchFileException e) {
            return;
        }
        if (pin.isPresent() && !pin.get().fingerprint().equals(now)) {
            throw new AccessException(
                    peer
                            + "'s certificate has changed since "
                            + pin.get().since()
                            + ": fingerprint "
                            + now
                            + ", expected "
                            + pin.get().fingerprint()
                            + ". If that is right, remove its line from "
                            + file);
        }
    }

    private Optional<Pin> find(String peer) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return find(channel, peer);
        }
    }

    private Optional<Pin> find(FileChannel channel, String peer) throws IOException {
        String text = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
        for (String line : text.lines().toList()) {
            String[] words = SPACE.split(line.strip());
            if (words[0].equals(peer)) {
                return Optional.of(pin(line, words));
            }
        }
        return Optional.empty();
    }

    private Pin pin(String line, String[] words) throws IOException {
        try {
            return new Pin(
                    Fingerprint.parse(words.length > 1 ? words[1] : ""),
                    words.length > 2 ? words[2] : "some day");
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": the line '" + line.strip() + "': " + e.getMessage(), e);
        }
    }

    /**
     * Notes the certificate of a daemon, unless there is one already.
     *
     * @throws IOException if the file cannot be written
     */
    void add(String peer, Fingerprint fingerprint) throws IOException {
        PrivateFiles.createFolder(file.toAbsolutePath().getParent());
        synchronized (LOCK) { // a lock of a file is one of the process
            try (FileChannel channel =
                            FileChannel.open(
                                    file,
                                    Set.of(
                                            StandardOpenOption.READ,
                                            StandardOpenOption.WRITE,
                                            StandardOpenOption.CREATE),
                                    PrivateFiles.FILE);
                    FileLock _ = channel.lock()) {
                if (find(channel, peer).isEmpty()) {
                    String line =
                            peer + " " + fingerprint + " " + LocalDate.now(ZoneOffset.UTC) + "\n";
                    append(channel, UTF_8.encode(line));
                }
            }
        }
    }

    /**
     * Writes a line at the end of the file, whose last line may not have been ended by its editor.
     */
    private static void append(FileChannel channel, ByteBuffer line) throws IOException {
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size++);
        }
        while (line.hasRemaining()) {
            size += channel.write(line, size);
        }
    }
}
