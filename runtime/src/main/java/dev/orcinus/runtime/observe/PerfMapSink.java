package dev.orcinus.runtime.observe;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

    /** The files of this process. */
    private static final Set<Path> HERE = ConcurrentHashMap.newKeySet();

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
        return told.isEmpty() && code.debugObject().isPresent()
                ? DebugObjectFunctions.of(guest.memory(), code.debugObject().get())
                : told;
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
        if (file == null) {
            createOnce(now);
        } else if (!now.equals(file)) {
            Files.move(file, now, StandardCopyOption.REPLACE_EXISTING);
        }
        file = now;
        Files.writeString(file, lines, StandardOpenOption.APPEND);
    }

    /** All guests that are this process have one file. */
    private void createOnce(Path now) throws IOException {
        if (guest.process().pid() != ProcessHandle.current().pid() || HERE.add(now)) {
            create(now);
        }
    }

    /** Creates a file that nobody else has made; one of an earlier process is removed. */
    private static void create(Path file) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
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
