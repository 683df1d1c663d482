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
    private static final int OFFSET_COLUMN = 2;

    private static final int PATH_COLUMN = 5;

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
        int start = 0;
        for (int end = maps.indexOf('\n'); end >= 0; end = maps.indexOf('\n', start)) {
            int path = column(maps, start, end, PATH_COLUMN);
            if (path < end && isFile(maps, path)) {
                int offset = column(maps, start, end, OFFSET_COLUMN);
                files.add(
                        new MappedFile(
                                maps.substring(path, end),
                                range(maps, start),
                                Long.parseUnsignedLong(
                                        maps, offset, maps.indexOf(' ', offset), HEX)));
            }
            start = end + 1;
        }
        return files;
    }

    /** Returns where a column of a line begins, of which the first is 0; its end if it has none. */
    private static int column(String maps, int start, int end, int number) {
        int at = start;
        for (int i = 0; i < number && at >= 0; i++) {
            at = maps.indexOf(' ', at, end);
            while (at >= 0 && at < end && maps.charAt(at) == ' ') {
                at++;
            }
        }
        return at < 0 ? end : at;
    }

    private static boolean isFile(String maps, int path) {
        return maps.charAt(path) == '/' || maps.startsWith(KERNEL_LIBRARY + "\n", path);
    }

    private static AddressRange range(String maps, int start) {
        int dash = maps.indexOf('-', start);
        return new AddressRange(
                new ExecutorAddress(Long.parseUnsignedLong(maps, start, dash, HEX)),
                new ExecutorAddress(
                        Long.parseUnsignedLong(maps, dash + 1, maps.indexOf(' ', dash), HEX)));
    }
}
