package dev.orcinus.platform.linux.guestprocess.program;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.linux.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class GuestProgramTest {
    @TempDir private Path folder;

    @Test
    void eachPartHasAPlaceOfItsOwn() {
        Set<Integer> places = new HashSet<>();
        for (GuestProgram part : GuestProgram.values()) {
            places.add(part.offset(Processor.X86_64));
        }
        assertEquals(GuestProgram.values().length, places.size());
        assertFalse(places.contains(0), "the start of the program is no part to call");
    }

    @Test
    void readelfReadsTheFileWithoutAWarning() throws Exception {
        Path file = folder.resolve("guest");
        Files.write(
                file,
                GuestProgram.file(Processor.X86_64, List.of("libc.so.6"), ProgramShape.PLAIN));
        String text = readelf("-W", "-a", file.toString());
        assertFalse(text.toLowerCase(java.util.Locale.ROOT).contains("warning"), text);
        assertFalse(text.contains("Error"), text);
        assertTrue(text.contains("Requesting program interpreter: /lib64/ld-linux-x86-64.so.2"));
        assertTrue(text.contains("R_X86_64_GLOB_DAT"), text);
        assertTrue(text.contains("orcinus_guest_upcall"), text);
        String frames = readelf("--debug-dump=frames", file.toString());
        assertTrue(frames.contains("DW_CFA_undefined: r16"), frames);
    }

    private static String readelf(String... arguments) throws InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("readelf"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            return text;
        } catch (IOException e) {
            assumeTrue(false, "no readelf: install the package binutils");
            throw new AssertionError(e);
        }
    }
}
