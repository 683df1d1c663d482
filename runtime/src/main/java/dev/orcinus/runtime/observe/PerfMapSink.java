package dev.orcinus.runtime.observe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names functions to the Linux tool perf by {@code /tmp/perf-PID.map}, which {@code perf report}
 * reads: those that our loader tells of, and those of the debug objects of other linkers. When the
 * guest goes on in another process, the file gets the name of that. It stays when the guest ends,
 * because profiles are read later.
 */
final class PerfMapSink implements CodeSink {
    /** The system property that turns it on if it is {@code true}. */
    static final String PROPERTY = "orcinus.perf.map";

    /** The variable of the environment that turns it on if it is {@code 1}. */
    static final String VARIABLE = "ORCINUS_PERF_MAP";

    private static final FileAttribute<Set<PosixFilePermission>> OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /** The files that were created for this process; all sinks take turns by its lock. */
    private static final Set<Path> HERE = new HashSet<>();

    private final Guest guest;
    private final Path folder;
    private Path file;

    /** A file in a folder; perf looks into {@code /tmp}. */
    PerfMapSink(Guest guest, Path folder) {
        this.guest = guest;
        this.folder = folder;
    }

    static boolean isWanted() {
        return Boolean.getBoolean(PROPERTY) || "1".equals(System.getenv(VARIABLE));
    }

    @Override
    public void arrived(LoadedCode code) throws HostCallException {
        StringBuilder lines = new StringBuilder();
        for (SymbolRange symbol : functions(code)) {
            if (!symbol.range().isEmpty() && guest.memory().isExecutable(symbol.range().start())) {
                lines.append(line(symbol));
            }
        }
        try {
            append(lines.toString());
        } catch (IOException e) {
            throw new HostCallException("open", 0, "the map for perf: " + e);
        }
    }

    private List<SymbolRange> functions(LoadedCode code) {
        List<SymbolRange> told = code.symbols();
        return told.isEmpty() ? functionsOfObject(code) : told;
    }

    private List<SymbolRange> functionsOfObject(LoadedCode code) {
        return code.debugObject()
                .flatMap(object -> DebugObjectFile.read(guest.memory(), object))
                .map(DebugObjectFile::functions)
                .orElse(List.of());
    }

    /** Returns a line as in {@code 7f0012345000 1c main}. */
    private static String line(SymbolRange symbol) {
        return Long.toHexString(symbol.range().start().value())
                + ' '
                + Long.toHexString(symbol.range().sizeBytes())
                + ' '
                + symbol.name().replace('\n', ' ')
                + '\n';
    }

    private void append(String lines) throws IOException {
        Path now = folder.resolve("perf-" + guest.process().pid() + ".map");
        synchronized (HERE) {
            if (file == null) {
                createOnce(now);
            } else if (!now.equals(file)) {
                follow(now);
            }
            file = now;
            write(lines);
        }
    }

    /** All guests that are this process have one file. */
    private void createOnce(Path now) throws IOException {
        boolean isHere = guest.process().pid() == ProcessHandle.current().pid();
        if (!isHere || !HERE.contains(now)) {
            create(now);
        }
        if (isHere) {
            HERE.add(now);
        }
    }

    /** Creates a file that nobody else has made; one of an earlier process is removed. */
    private static void create(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, OF_OWNER);
    }

    private void follow(Path now) throws IOException {
        try {
            Files.move(file, now, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException removed) {
            create(now);
        }
    }

    /** Appends to the file, which begins anew if the user has removed it. */
    private void write(String lines) throws IOException {
        Set<OpenOption> options =
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND,
                        LinkOption.NOFOLLOW_LINKS);
        try (SeekableByteChannel channel = Files.newByteChannel(file, options, OF_OWNER)) {
            ByteBuffer bytes = ByteBuffer.wrap(lines.getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    @Override
    public void processChanged() throws HostCallException {
        try {
            append("");
        } catch (IOException e) {
            throw new HostCallException("rename", 0, "the map for perf: " + e);
        }
    }

    @Override
    public void left(LoadedCode code) {}
}
