package dev.orcinus.runtime.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PerfMapSinkTest {
    @TempDir private Path folder;

    private final FakeGuest guest = new FakeGuest();
    private final ExecutorAddress code = guest.memory().pages(1, MemProt.READ_EXEC).start();
    private final ExecutorAddress data = guest.memory().pages(1, MemProt.READ_WRITE).start();

    private static LoadedCode of(String name, ExecutorAddress start, long sizeBytes) {
        SymbolRange symbol = new SymbolRange(name, AddressRange.of(start, sizeBytes));
        return new LoadedCode("object", () -> List.of(symbol), null);
    }

    private Path map(long pid) {
        return folder.resolve("perf-" + pid + ".map");
    }

    private String line(int offset, String rest) {
        return Long.toHexString(code.value() + offset) + " " + rest + "\n";
    }

    @Test
    void functionsAreNamedInTheFileOfTheGuestsProcess() throws Exception {
        guest.process().goOnAs(70);
        Files.writeString(map(70), "of another process");
        PerfMapSink sink = new PerfMapSink(guest, folder);
        sink.arrived(of("main", code, 0x1c));
        sink.arrived(of("two\nlines", code.plus(0x20), 8));
        sink.arrived(of("variable", data, 8));
        sink.arrived(of("no_size", code, 0));
        assertEquals(line(0, "1c main") + line(0x20, "8 two lines"), Files.readString(map(70)));
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(map(70)));
    }

    @Test
    void theFileFollowsTheGuestIntoAnotherProcess() throws Exception {
        guest.process().goOnAs(70);
        PerfMapSink sink = new PerfMapSink(guest, folder);
        sink.arrived(of("before", code, 4));
        guest.process().goOnAs(71);
        sink.processChanged();
        assertEquals(line(0, "4 before"), Files.readString(map(71)));
        assertFalse(Files.exists(map(70)));
        guest.process().goOnAs(72);
        sink.arrived(of("after", code.plus(8), 4));
        assertEquals(line(0, "4 before") + line(8, "4 after"), Files.readString(map(72)));
        assertFalse(Files.exists(map(71)));
    }
}
