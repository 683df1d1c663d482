package dev.orcinus.platform.linux.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests of libraries that are opened together, and initialized afterwards. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OpenedTogetherTest {
    private static final String FIRST =
            """
            static int begun = 3;
            int first(void) { return begun; }
            __attribute__((constructor)) static void begin(void) { begun++; }
            """;

    private static final String SECOND = FIRST.replace("first", "second").replace("3", "30");

    @TempDir private Path folder;
    private IsolatedGuest guest;

    @BeforeEach
    void start() throws HostCallException {
        guest = HostProvider.current().startGuest(GuestOptions.ofProgram(List.of("program")));
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private String library(String name, String source) throws Exception {
        return CompiledLibrary.compile("gcc", folder, name + ".c", source).toString();
    }

    private int call(ExecutorAddress handle, String function) {
        ExecutorAddress code = guest.libraries().find(handle, function).orElseThrow();
        return guest.invoker().call(new GuestCall(code, 0, 0, 0, 0, 0, 0)).value().intValue();
    }

    private int call(String function) {
        return call(guest.libraries().process(), function);
    }

    private void open(String... paths) {
        guest.libraries().openTogether(List.of(paths), List.of());
    }

    private void initialize() {
        assertEquals(Optional.empty(), guest.invoker().initializeLibraries(List.of()).end());
    }

    @Test
    void initializersWaitAndRunOnce() throws Exception {
        open(library("first", FIRST), library("second", SECOND));
        assertEquals(3, call("first"));
        assertEquals(30, call("second"));
        initialize();
        initialize();
        assertEquals(4, call("first"));
        assertEquals(31, call("second"));
    }

    @Test
    void thoseOfALaterOpeningRunWithoutTheFirst() throws Exception {
        open(library("first", FIRST));
        initialize();
        open(library("second", SECOND));
        assertEquals(30, call("second"));
        initialize();
        assertEquals(4, call("first"));
        assertEquals(31, call("second"));
    }

    /** Natively, such a program begins, and ends when it makes the call. */
    @Test
    void aFunctionThatNobodyDefinesMayStayUnbound() throws Exception {
        String calling = "int nowhere(void); int bad(void) { return nowhere(); }";
        open(library("first", calling + FIRST));
        initialize();
        assertEquals(4, call("first"));
    }

    /** There are some hundred bytes of room. */
    @Test
    void threadLocalsWithoutRoomInStaticTlsKeepNoLibraryFromBeingOpened() throws Exception {
        String path = library("first", "__thread char large[1 << 20];" + FIRST);
        guest.libraries().openTogether(List.of(path), List.of("large"));
        initialize();
        assertEquals(4, call("first"));
    }

    @Test
    void ifOneIsMissingNoneIsOpen() throws Exception {
        open(library("first", FIRST), folder + "/missing.so");
        assertTrue(guest.libraries().find(guest.libraries().process(), "first").isEmpty());
    }
}
