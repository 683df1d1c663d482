package dev.orcinus.platform.linux;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The mappings of this process as {@code /proc/self/maps} showed them at one moment. */
record MemoryMaps(List<Mapping> mappings) {
    private static final Path FILE = Path.of("/proc/self/maps");

    /** The mappings of now. */
    static MemoryMaps read() {
        try {
            return parse(Files.readAllLines(FILE, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines as in {@code 7f5c00000000-7f5c00021000 rw-p 00000000 00:00 0}, in address order. */
    static MemoryMaps parse(List<String> lines) {
        List<Mapping> mappings = new ArrayList<>(lines.size());
        for (String line : lines) {
            int dash = line.indexOf('-');
            int space = line.indexOf(' ', dash);
            mappings.add(
                    new Mapping(
                            new AddressRange(
                                    address(line, 0, dash), address(line, dash + 1, space)),
                            line.substring(space + 1, space + 5)));
        }
        return new MemoryMaps(mappings);
    }

    boolean isExecutable(ExecutorAddress address) {
        return mappings.stream()
                .anyMatch(m -> m.range().contains(address) && m.permissions().charAt(2) == 'x');
    }

    boolean isReadable(AddressRange range) {
        return covers(range, 0, 'r');
    }

    boolean isWritable(AddressRange range) {
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

    private static ExecutorAddress address(String line, int from, int to) {
        return new ExecutorAddress(Long.parseUnsignedLong(line, from, to, 16));
    }

    /** A line: a range and its permissions, as in {@code r-xp}. */
    record Mapping(AddressRange range, String permissions) {}
}
