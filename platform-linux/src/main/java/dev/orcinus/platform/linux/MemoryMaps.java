package dev.orcinus.platform.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mappings of a process as {@code /proc/PID/maps} showed them at one moment.
 *
 * @param mappings in address order
 */
public record MemoryMaps(List<Mapping> mappings) {
    private static final AddressRange NOWHERE =
            new AddressRange(ExecutorAddress.NULL, ExecutorAddress.NULL);

    /** Returns the present mappings. */
    static MemoryMaps read() {
        return of("self");
    }

    /**
     * Returns the present mappings of a process.
     *
     * @param process its name in {@code /proc}: its id, or {@code self}
     */
    public static MemoryMaps of(String process) {
        try (InputStream file = new FileInputStream("/proc/" + process + "/maps")) {
            return parse(new String(file.readAllBytes(), ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Parses lines as in {@code 7f5c00000000-7f5c00021000 rw-p 00000000 00:00 0}. */
    public static MemoryMaps parse(String text) {
        List<Mapping> mappings = new ArrayList<>();
        int end;
        for (int start = 0; start < text.length(); start = end + 1) {
            end = text.indexOf('\n', start);
            mappings.add(Mapping.parse(text.substring(start, end)));
        }
        return new MemoryMaps(mappings);
    }

    /** Returns whether an executable page is mapped at an address. */
    public boolean isExecutable(ExecutorAddress address) {
        for (Mapping mapping : mappings) {
            if (mapping.range().contains(address)) {
                return mapping.permissions().charAt(2) == 'x';
            }
        }
        return false;
    }

    boolean isReadable(AddressRange range) {
        return covers(range, 0, 'r');
    }

    /** Returns whether all pages of a range are mapped and writable. */
    public boolean isWritable(AddressRange range) {
        return covers(range, 1, 'w');
    }

    private boolean covers(AddressRange range, int column, char permission) {
        ExecutorAddress next = range.start();
        for (Mapping mapping : mappings) {
            if (mapping.permissions().charAt(column) == permission
                    && mapping.range().contains(next)) {
                next = mapping.range().end();
            }
        }
        return next.compareTo(range.end()) >= 0;
    }

    /**
     * Returns the range from the first to the last mapping of a file of that name; empty if there
     * is none.
     */
    AddressRange rangeOf(String fileName) {
        AddressRange range = NOWHERE;
        for (Mapping mapping : mappings) {
            if (mapping.file().equals(fileName)) {
                AddressRange next = mapping.range();
                range = range.isEmpty() ? next : new AddressRange(range.start(), next.end());
            }
        }
        return range;
    }

    /**
     * Returns the mapping around {@code address} together with its neighbours, as far as their
     * permissions are among {@code permissions}; empty if the permissions of the mapping itself are
     * not.
     */
    AddressRange runAround(ExecutorAddress address, Set<String> permissions) {
        AddressRange run = NOWHERE;
        for (Mapping mapping : mappings) {
            AddressRange range = mapping.range();
            if (!permissions.contains(mapping.permissions())) {
                continue;
            }
            if (range.start().equals(run.end())) {
                run = new AddressRange(run.start(), range.end());
            } else if (run.contains(address)) {
                return run;
            } else {
                run = range;
            }
        }
        return run.contains(address) ? run : NOWHERE;
    }

    /**
     * Returns the mappings of a file around an address that follow each other without a gap; empty
     * if there is none.
     */
    public AddressRange runAround(ExecutorAddress address, String fileName) {
        AddressRange run = NOWHERE;
        for (Mapping mapping : mappings) {
            AddressRange range = mapping.range();
            if (!mapping.file().startsWith(fileName)) {
                continue;
            }
            if (range.start().equals(run.end())) {
                run = new AddressRange(run.start(), range.end());
            } else if (run.contains(address)) {
                return run;
            } else {
                run = range;
            }
        }
        return run.contains(address) ? run : NOWHERE;
    }

    /** Returns whether nothing is mapped in a range. */
    public boolean isFree(AddressRange range) {
        return within(range).isEmpty();
    }

    /** Returns the parts of a range that are mapped, one for each mapping. */
    public List<AddressRange> within(AddressRange range) {
        List<AddressRange> parts = new ArrayList<>();
        for (Mapping mapping : mappings) {
            ExecutorAddress start = greater(mapping.range().start(), range.start());
            ExecutorAddress end = mapping.range().end();
            end = end.compareTo(range.end()) < 0 ? end : range.end();
            if (start.compareTo(end) < 0) {
                parts.add(new AddressRange(start, end));
            }
        }
        return parts;
    }

    private static ExecutorAddress greater(ExecutorAddress one, ExecutorAddress other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /**
     * Returns the path of the library that an address belongs to, whose last variables lie in an
     * anonymous mapping behind its file; empty if there is none.
     */
    public Optional<String> libraryAt(ExecutorAddress address) {
        Mapping before = null;
        for (Mapping mapping : mappings) {
            boolean isPart =
                    before != null
                            && mapping.path().isEmpty()
                            && before.range().end().equals(mapping.range().start());
            Mapping library = isPart ? before : mapping;
            if (mapping.range().contains(address)) {
                return Optional.of(library.path()).filter(path -> path.startsWith("/"));
            }
            before = mapping;
        }
        return Optional.empty();
    }

    /**
     * A line of the file.
     *
     * @param permissions as in {@code r-xp}
     * @param path of the mapped file; empty or in brackets if no file is mapped
     */
    public record Mapping(AddressRange range, String permissions, String path) {
        /** Returns the last part of the path. */
        public String file() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        private static Mapping parse(String line) {
            int dash = line.indexOf('-');
            int space = line.indexOf(' ', dash);
            return new Mapping(
                    new AddressRange(address(line, 0, dash), address(line, dash + 1, space)),
                    line.substring(space + 1, space + 5),
                    pathOf(line));
        }

        private static String pathOf(String line) {
            int path = line.indexOf('/');
            int start = path >= 0 ? path : line.indexOf('[');
            return start >= 0 ? line.substring(start) : "";
        }

        private static ExecutorAddress address(String line, int from, int to) {
            return new ExecutorAddress(Long.parseUnsignedLong(line, from, to, 16));
        }
    }
}
