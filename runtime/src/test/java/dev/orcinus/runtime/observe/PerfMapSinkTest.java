package dev.orcinus.runtime.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
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

    /** Returns sinks of guests that are this process. */
    private List<PerfMapSink> sinksHere(Path of, int count) {
        guest.process().goOnAs(ProcessHandle.current().pid());
        return Stream.generate(() -> new PerfMapSink(guest, of)).limit(count).toList();
    }

    @Test
    void allThatAreThisProcessShareAFile() throws Exception {
        for (int round = 0; round < 50; round++) {
            Path place = Files.createDirectory(folder.resolve("round-" + round));
            CyclicBarrier start = new CyclicBarrier(4);
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<?>> all = new ArrayList<>();
                for (PerfMapSink sink : sinksHere(place, 4)) {
                    all.add(
                            threads.submit(
                                    () -> {
                                        start.await();
                                        sink.arrived(of("main", code, 4));
                                        return null;
                                    }));
                }
                for (Future<?> each : all) {
                    each.get();
                }
            }
            assertEquals(
                    line(0, "4 main").repeat(4),
                    Files.readString(
                            place.resolve(map(ProcessHandle.current().pid()).getFileName())));
        }
    }

    @Test
    void aFileThatCouldNotBeMadeIsTriedAgain() throws Exception {
        Path later = folder.resolve("later");
        List<PerfMapSink> sinks = sinksHere(later, 2);
        LoadedCode main = of("main", code, 4);
        assertThrows(HostCallException.class, () -> sinks.getFirst().arrived(main));
        Files.createDirectory(later);
        sinks.getLast().arrived(main);
        sinks.getFirst().arrived(main);
        Path map = later.resolve(map(ProcessHandle.current().pid()).getFileName());
        assertEquals(line(0, "4 main").repeat(2), Files.readString(map));
    }

    @Test
    void aFileThatWasRemovedBeginsAnew() throws Exception {
        Path here = map(ProcessHandle.current().pid());
        for (PerfMapSink sink : sinksHere(folder, 2)) {
            sink.arrived(of("first", code, 4));
            Files.delete(here);
            sink.arrived(of("second", code, 4));
            assertEquals(line(0, "4 second"), Files.readString(here));
            assertEquals(
                    PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(here));
            Files.delete(here);
        }
        PerfMapSink moving = sinksHere(folder, 1).getFirst();
        moving.arrived(of("before", code, 4));
        Files.delete(here);
        Files.writeString(map(73), "of another process");
        guest.process().goOnAs(73);
        moving.arrived(of("after", code, 4));
        assertEquals(line(0, "4 after"), Files.readString(map(73)));
    }
}
