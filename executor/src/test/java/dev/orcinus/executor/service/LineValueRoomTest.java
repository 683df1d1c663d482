package dev.orcinus.executor.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The room that objects get which are the values of lines of clang-repl. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
final class LineValueRoomTest {
    private static final long GIB = 1L << 30;
    private static final long MOST = 64 * GIB;

    /** What is mapped besides: code, a word, and the stack and heap of a thread. */
    private static final long OTHER = GIB / 4;

    private final List<String> said = new ArrayList<>();
    private IsolatedGuest guest;
    private ExecutorAddress function;

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofSession());
        LineValues values = new LineValues(guest, said::add);
        function = values.find("__clang_Interpreter_SetValueWithAlloc").orElseThrow();
    }

    @AfterEach
    void end() {
        guest.close();
    }

    private long room() {
        return guest.invoker().call(GuestCall.of(function)).value();
    }

    /** Returns the size of the guest's address space in bytes. */
    private long sizeBytes() throws IOException {
        String first =
                Files.readString(Path.of("/proc/" + guest.pid() + "/statm")).split(" ", 2)[0];
        return Long.parseLong(first) * guest.memory().pageSizeBytes();
    }

    @Test
    void allObjectsHaveTheSameRoom() throws Exception {
        long before = sizeBytes();
        long room = room();
        MemorySegment object = MemorySegment.ofArray(new byte[100]);
        ExecutorAddress far = new ExecutorAddress(room).plus(GIB / 4);
        assertTrue(guest.memory().tryWrite(object, far), "it is large");
        for (int i = 0; i < 5; i++) {
            assertEquals(room, room());
        }
        assertEquals(6, said.size());
        long taken = sizeBytes() - before;
        assertTrue(taken <= MOST + OTHER, () -> Long.toHexString(taken));
    }

    /** With a limit, as of {@code ulimit -v}, most is left for others. */
    @Test
    void theRoomIsASmallPartOfWhatThereIs() throws Exception {
        long before = sizeBytes();
        limit(before + 32 * GIB);
        assertNotEquals(0, room());
        long taken = sizeBytes() - before;
        assertTrue(taken >= GIB / 4, () -> Long.toHexString(taken));
        assertTrue(taken <= GIB / 2 + OTHER, () -> Long.toHexString(taken));
    }

    private void limit(long bytes) throws Exception {
        Process prlimit =
                new ProcessBuilder("prlimit", "--pid", "" + guest.pid(), "--as=" + bytes)
                        .inheritIO()
                        .start();
        assertTrue(prlimit.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, prlimit.exitValue());
    }
}
