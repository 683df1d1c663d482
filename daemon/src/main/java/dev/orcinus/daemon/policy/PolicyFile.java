package dev.orcinus.daemon.policy;

import dev.orcinus.platform.spi.guest.GuestFiles;
import dev.orcinus.platform.spi.guest.GuestPolicy;
import dev.orcinus.platform.spi.guest.GuestQuota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a policy. A file has lines {@code NAME = VALUE}, blank lines, and lines that begin with
 * {@code #}. The names are:
 *
 * <ul>
 *   <li>{@code confine}: {@code none}, {@code files} or {@code strict}; {@code none} if there is no
 *       such line
 *   <li>{@code read}: a file or folder, by its absolute path, that may be read and executed; {@code
 *       system} stands for the files of the system, which may be read if there is no such line
 *   <li>{@code write}: a file or folder that may be written, too
 *   <li>{@code memory}, {@code file-size}: a size, as in {@code 512m}
 *   <li>{@code processes}, {@code open-files}: a number
 *   <li>{@code cpu}, {@code time}: a duration, as in {@code 90s} or {@code 10m}
 * </ul>
 *
 * All but {@code read} and {@code write} stand once at most.
 */
public final class PolicyFile {
    private static final Pattern LINE = Pattern.compile("([^=]+?)\\s*=\\s*(.*)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})([kmgt]?)");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final String SIZE_UNITS = "kmgt";
    private static final String SYSTEM = "system";

    /** A guest has threads of its own, with stacks of 16 MiB each. */
    private static final long LEAST_MEMORY = 64 << 20;

    /** A guest opens some files of ours. */
    private static final long LEAST_OPEN_FILES = 16;

    private final String name;
    private final Map<String, Entry> entries = new HashMap<>();
    private final List<Path> readable = new ArrayList<>();
    private final List<Path> writable = new ArrayList<>();
    private int firstPath;
    private boolean readsSystem;

    /** A value, and the line that it stands in. */
    private record Entry(int line, String value) {}

    private PolicyFile(String name) {
        this.name = name;
    }

    /** Returns the policy of a name, or that of a file if no policy has the name. */
    public static SessionPolicy read(String nameOrFile) throws PolicyException {
        Optional<SessionPolicy> named = SessionPolicy.named(nameOrFile);
        if (named.isPresent()) {
            return named.get();
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(nameOrFile));
        } catch (NoSuchFileException e) {
            throw new PolicyException(
                    "policy '"
                            + nameOrFile
                            + "': it is none of none, files and strict, and no file");
        } catch (IOException | InvalidPathException e) {
            throw new PolicyException(
                    "policy '"
                            + nameOrFile
                            + "': it is none of none, files and strict, and cannot be read as a"
                            + " file: "
                            + e.getMessage());
        }
        return new PolicyFile(nameOrFile).parse(lines);
    }

    private SessionPolicy parse(List<String> lines) throws PolicyException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                parse(i + 1, line);
            }
        }
        return policy();
    }

    private void parse(int number, String line) throws PolicyException {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches() || parts.group(2).isEmpty()) {
            throw failure(number, "'" + line + "' is not of the form NAME = VALUE");
        }
        String value = parts.group(2);
        switch (parts.group(1)) {
            case "read" -> addReadable(number, value);
            case "write" -> writable.add(path(number, value));
            case "confine", "memory", "processes", "cpu", "file-size", "open-files", "time" ->
                    addOnce(number, parts.group(1), value);
            default -> throw failure(number, "there is no '" + parts.group(1) + "'");
        }
    }

    private void addReadable(int number, String value) throws PolicyException {
        if (value.equals(SYSTEM)) {
            firstPath = firstPath == 0 ? number : firstPath;
            readsSystem = true;
        } else {
            readable.add(path(number, value));
        }
    }

    private void addOnce(int number, String key, String value) throws PolicyException {
        Entry before = entries.putIfAbsent(key, new Entry(number, value));
        if (before != null) {
            throw failure(number, "'" + key + "' stands in line " + before.line + " already");
        }
    }

    private Path path(int number, String value) throws PolicyException {
        firstPath = firstPath == 0 ? number : firstPath;
        try {
            Path path = Path.of(value);
            if (!path.isAbsolute()) {
                throw failure(number, "'" + value + "' is not an absolute path");
            }
            if (!Files.exists(path)) {
                throw failure(number, "there is no '" + value + "'");
            }
            return path;
        } catch (InvalidPathException e) {
            throw failure(number, "'" + value + "' is no path: " + e.getReason());
        }
    }

    private SessionPolicy policy() throws PolicyException {
        Entry kind = entries.getOrDefault("confine", new Entry(0, "none"));
        boolean isStrict = kind.value.equals("strict");
        boolean hasFiles = isStrict || kind.value.equals("files");
        if (!hasFiles && !kind.value.equals("none")) {
            throw failure(kind.line, "'" + kind.value + "' is none of none, files and strict");
        }
        if (!hasFiles && firstPath > 0) {
            throw failure(firstPath, "files count only with 'confine = files' or 'strict'");
        }
        Optional<GuestFiles> files = hasFiles ? Optional.of(files()) : Optional.empty();
        return new SessionPolicy(
                name, new GuestPolicy(files, isStrict, quota(), false), duration("time"));
    }

    private GuestFiles files() {
        if (readsSystem || readable.isEmpty()) {
            readable.addAll(SystemFiles.readable());
        }
        writable.addAll(SystemFiles.writable());
        return new GuestFiles(readable, writable);
    }

    private GuestQuota quota() throws PolicyException {
        Duration cpu = duration("cpu");
        if (cpu.toMillis() % 1000 != 0) {
            throw failure(entries.get("cpu").line, "'cpu' is a number of whole seconds");
        }
        return new GuestQuota(
                size("memory", LEAST_MEMORY),
                number("processes", 1),
                cpu.isZero() ? GuestQuota.UNLIMITED : cpu.toSeconds(),
                size("file-size", 0),
                number("open-files", LEAST_OPEN_FILES));
    }

    private long size(String key, long least) throws PolicyException {
        Entry entry = entries.get(key);
        if (entry == null) {
            return GuestQuota.UNLIMITED;
        }
        Matcher parts = SIZE.matcher(entry.value.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            throw failure(entry.line, "'" + entry.value + "' is not a size; write 512m or 16g");
        }
        int unit = parts.group(2).isEmpty() ? 0 : 1 + SIZE_UNITS.indexOf(parts.group(2));
        long count = Long.parseLong(parts.group(1));
        if (count > (Long.MAX_VALUE >> (10 * unit))) {
            throw failure(entry.line, "'" + entry.value + "' is too large");
        }
        return atLeast(least, count << (10 * unit), key, SessionPolicy.size(least));
    }

    private long number(String key, long least) throws PolicyException {
        Entry entry = entries.get(key);
        if (entry == null) {
            return GuestQuota.UNLIMITED;
        }
        if (!entry.value.matches("\\d{1,9}")) {
            throw failure(entry.line, "'" + entry.value + "' is not a number");
        }
        return atLeast(least, Long.parseLong(entry.value), key, Long.toString(least));
    }

    private long atLeast(long least, long value, String key, String text) throws PolicyException {
        if (value < least) {
            throw failure(entries.get(key).line, "'" + key + "' is " + text + " at least");
        }
        return value;
    }

    private Duration duration(String key) throws PolicyException {
        Entry entry = entries.get(key);
        if (entry == null) {
            return Duration.ZERO;
        }
        Matcher parts = DURATION.matcher(entry.value);
        if (!parts.matches()) {
            throw failure(
                    entry.line, "'" + entry.value + "' is not a duration; write 30s, 10m or 2h");
        }
        long count = Long.parseLong(parts.group(1));
        if (count == 0) {
            throw failure(entry.line, "'" + key + "' is not zero");
        }
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofSeconds(count);
        };
    }

    private PolicyException failure(int line, String reason) {
        return new PolicyException(name + ":" + line + ": " + reason);
    }
}
