package dev.orcinus.platform.linux.guestprocess;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.MappedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that a process has mapped, from {@code /proc/PID/maps}. */
final class ProcessFiles {
    private static final String KERNEL_LIBRARY = "[vdso]";

    /** The columns of a line: addresses, permissions, offset, device, inode, path. */
    private static final int COLUMNS = 6;

    private static final int HEX = 16;

    private ProcessFiles() {}

    /** Returns the files of a process; none if it is gone. */
    static List<MappedFile> of(int pid) {
        try {
            return parse(new String(Files.readAllBytes(Path.of("/proc/" + pid + "/maps")), UTF_8));
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Parses lines as in {@code 7f5c00000000-7f5c00021000 r-xp 00001000 08:01 42 /lib/a.so}. */
    static List<MappedFile> parse(String maps) {
        List<MappedFile> files = new ArrayList<>();
        for (String line : maps.lines().toList()) {
            String[] columns = line.split(" +", COLUMNS);
            if (columns.length == COLUMNS && isFile(columns[COLUMNS - 1])) {
                files.add(
                        new MappedFile(
                                columns[COLUMNS - 1],
                                range(columns[0]),
                                Long.parseUnsignedLong(columns[2], HEX)));
            }
        }
        return files;
    }

    private static boolean isFile(String path) {
        return path.startsWith("/") || path.equals(KERNEL_LIBRARY);
    }

    private static AddressRange range(String text) {
        int dash = text.indexOf('-');
        return new AddressRange(
                new ExecutorAddress(Long.parseUnsignedLong(text, 0, dash, HEX)),
                new ExecutorAddress(Long.parseUnsignedLong(text, dash + 1, text.length(), HEX)));
    }
}
