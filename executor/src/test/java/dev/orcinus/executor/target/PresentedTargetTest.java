package dev.orcinus.executor.target;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.Triple;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fake guest runs code for x86_64 Linux. */
final class PresentedTargetTest {
    private static final FakeGuest GUEST = new FakeGuest();
    private static final Map<String, ExecutorAddress> SYMBOLS =
            Map.of("reserve", new ExecutorAddress(0x10));

    private static PresentedTarget target(String triple) {
        return PresentedTarget.of(GUEST, new Triple(triple));
    }

    @Test
    void theGuestsOwnTargetChangesNothing() {
        PresentedTarget own = PresentedTarget.of(GUEST);
        assertEquals(GUEST.triple(), own.triple());
        assertEquals(Optional.of("_printf"), own.cName("_printf"));
        assertEquals(SYMBOLS, own.symbols(SYMBOLS));
        assertEquals(Map.of(), own.values());
        assertEquals(own, target(GUEST.triple().text()));
    }

    @Test
    void applesTargetHasUnwindInfoOfDwarfOnlyAndNamesOfBothKinds() {
        PresentedTarget apple = target("x86_64-apple-macosx13");
        assertEquals(Set.of("darwin-use-ehframes-only"), apple.values().keySet());
        assertArrayEquals(new byte[] {1}, apple.values().get("darwin-use-ehframes-only"));
        ExecutorAddress address = SYMBOLS.get("reserve");
        assertEquals(Map.of("reserve", address, "_reserve", address), apple.symbols(SYMBOLS));
    }

    @ParameterizedTest
    @CsvSource({
        "_printf, printf",
        "__exit, _exit",
        "___stdoutp, stdout",
        "___error, __errno_location",
        "___stack_chk_guard, program_invocation_name",
        "_fopen$DARWIN_EXTSN, fopen",
        "_stat$INODE64, stat",
        "_a$b, a$b"
    })
    void aLinkersNameOfDarwinIsTheCNameOfThisSystem(String symbol, String name) {
        assertEquals(Optional.of(name), target("x86_64-apple-macosx13").cName(symbol));
    }

    @Test
    void aMacKnowsItsOwnNames() {
        PresentedTarget own = AppleTarget.of(new Triple("x86_64-apple-macosx13"), false);
        assertEquals(Optional.of("__stdoutp"), own.cName("___stdoutp"));
    }

    @Test
    void noCNameOfDarwinIsWithoutAnUnderscore() {
        assertEquals(Optional.empty(), target("x86_64-apple-macosx13").cName("printf"));
    }

    @ParameterizedTest
    @CsvSource({
        "arm64-apple-macosx13, 'the triple ''arm64-apple-macosx13'' is for aarch64, and this process runs x86_64'",
        "vax-dec-ultrix, 'the triple ''vax-dec-ultrix'' is for vax, and this process runs x86_64'"
    })
    void anotherProcessorIsRefused(String triple, String message) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> target(triple)).getMessage());
    }

    @Test
    void anotherSystemIsRefused() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> target("x86_64-pc-windows-msvc"))
                        .getMessage();
        assertEquals(
                "the triple 'x86_64-pc-windows-msvc' is for a system whose code does not run here; code for"
                        + " Linux and for Apple's systems does, as in "
                        + GUEST.triple()
                        + " and x86_64-apple-macosx13",
                message);
    }
}
