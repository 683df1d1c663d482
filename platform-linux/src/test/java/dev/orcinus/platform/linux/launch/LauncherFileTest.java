package dev.orcinus.platform.linux.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.formats.FileBytes;
import dev.orcinus.formats.elf.ElfFile;
import dev.orcinus.platform.linux.Processor;
import dev.orcinus.platform.spi.guest.LauncherBuild;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the file of the launcher for both processors. */
final class LauncherFileTest {
    private static final LauncherBuild BUILD = new LauncherBuild("0123456789abcdef");

    @ParameterizedTest
    @EnumSource
    void itIsAnExecutableWithSymbolsAndABuildId(Processor processor) throws Exception {
        byte[] bytes = LauncherFile.write(processor, BUILD, "/a/script");
        ElfFile file = ElfFile.read(new FileBytes("launcher", MemorySegment.ofArray(bytes)));
        assertEquals(2, file.header().type()); // ET_EXEC
        assertEquals(processor.elfMachine(), file.header().machine());
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        for (String text :
                new String[] {
                    ".note.gnu.build-id",
                    "orcinus_launcher_cold\0",
                    "/orcinus/0123456789abcdef/launch\0",
                    "/a/script\0"
                }) {
            assertTrue(all.contains(text), text);
        }
        String noted = HexFormat.of().formatHex("GNU\0".getBytes(StandardCharsets.US_ASCII));
        assertTrue(HexFormat.of().formatHex(bytes).contains(noted + BUILD.text()));
        assertFalse(all.contains("\0/a/script/"), "each text has its end");
    }
}
