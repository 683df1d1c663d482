package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.guest.MappedFile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what is read from {@code /proc/PID/maps}. */
final class ProcessFilesTest {
    private static MappedFile file(String path, long start, long end, long offset) {
        return new MappedFile(
                path,
                new AddressRange(new ExecutorAddress(start), new ExecutorAddress(end)),
                offset);
    }

    @Test
    void filesAreToldFromOtherMemory() {
        String maps =
                """
                564ea6c80000-564ea6c81000 r--p 00000000 08:01 42                         /lib/a b.so
                564ea6c81000-564ea6c82000 r-xp 00001000 08:01 42                         /lib/a b.so (deleted)
                564ea6d00000-564ea6d21000 rw-p 00000000 00:00 0                          [heap]
                7f44b9554000-7f44b9555000 rw-p 00000000 00:00 0\s
                7ffc00000000-7ffc00002000 r-xp 00000000 00:00 0                          [vdso]
                ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
                """;
        assertEquals(
                List.of(
                        file("/lib/a b.so", 0x564ea6c80000L, 0x564ea6c81000L, 0),
                        file("/lib/a b.so (deleted)", 0x564ea6c81000L, 0x564ea6c82000L, 0x1000),
                        file("[vdso]", 0x7ffc00000000L, 0x7ffc00002000L, 0)),
                ProcessFiles.parse(maps));
        assertEquals(List.of(), ProcessFiles.parse(""));
    }

    @Test
    void thisProcessHasTheCLibrary() {
        List<MappedFile> files = ProcessFiles.of((int) ProcessHandle.current().pid());
        assertTrue(files.stream().anyMatch(file -> file.path().endsWith("/libc.so.6")));
    }
}
