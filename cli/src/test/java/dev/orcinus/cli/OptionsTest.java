package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {
    private static Options options(String... arguments) throws UsageException {
        return new Options(
                List.of(arguments),
                Set.of("--listen", "--sessions", "--time", "--size"),
                Set.of("--allow-remote"));
    }

    private static String refusal(String... arguments) {
        return assertThrows(UsageException.class, () -> options(arguments)).getMessage();
    }

    @Test
    void valuesComeBehindASpaceOrAnEqualsSign() throws UsageException {
        assertEquals(3, options("--sessions", "3").number("--sessions", 1));
        assertEquals(3, options("--sessions=3").number("--sessions", 1));
        assertEquals(1, options().number("--sessions", 1));
        assertEquals(4, options("--sessions=3", "--sessions", "4").number("--sessions", 1));
    }

    @Test
    void flagsStandAlone() throws UsageException {
        assertTrue(options("--allow-remote").has("--allow-remote"));
        assertFalse(options("--sessions=3").has("--allow-remote"));
        assertEquals("unknown argument '--allow-remote=1'", refusal("--allow-remote=1"));
    }

    @Test
    void whatIsNotAskedForIsRefused() {
        assertEquals("unknown argument '--session'", refusal("--session", "3"));
        assertEquals("unknown argument 'x'", refusal("--sessions", "3", "x"));
        assertEquals("unknown argument ''", refusal(""));
        assertEquals("--sessions needs a value", refusal("--sessions"));
    }

    @Test
    void aNumberIsDecimal() {
        for (String text : List.of("", "x", "0x10", "1.5", "99999999999")) {
            UsageException refusal =
                    assertThrows(
                            UsageException.class,
                            () -> options("--sessions=" + text).number("--sessions", 1));
            assertEquals("--sessions: '" + text + "' is not a number", refusal.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"0,PT0S", "30,PT30S", "30s,PT30S", "500ms,PT0.5S", "10m,PT10M", "2h,PT2H"})
    void aDurationHasAUnit(String text, Duration expected) throws UsageException {
        assertEquals(expected, options("--time", text).duration("--time", Duration.ZERO));
    }

    @Test
    void withoutADurationTheStandardOneHolds() throws UsageException {
        assertEquals(Duration.ofHours(3), options().duration("--time", Duration.ofHours(3)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1s", "1d", "s", "1 s", "1.5s", "99999999999", "1s1", "PT1S"})
    void otherTextsAreNoDurations(String text) {
        UsageException refusal =
                assertThrows(
                        UsageException.class,
                        () -> options("--time=" + text).duration("--time", Duration.ZERO));
        assertEquals(
                "--time: '" + text + "' is not a duration; write 500ms, 30s, 10m or 2h",
                refusal.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999h", "999999999", "8761h"})
    void aDurationOfMoreThanAYearIsRefused(String text) {
        UsageException refusal =
                assertThrows(
                        UsageException.class,
                        () -> options("--time=" + text).duration("--time", Duration.ZERO));
        assertEquals("--time: '" + text + "' is longer than a year", refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "0,0",
        "123456789012,123456789012",
        "2K,2048",
        "3M,3145728",
        "16G,17179869184",
        "999999T,1099510528264372224",
    })
    void aSizeMayHaveAUnit(String text, long expected) throws UsageException {
        assertEquals(expected, options("--size", text).size("--size", 1));
        assertEquals(1, options().size("--size", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1k", "G", "1 G", "1000000K", "9999999999999999999"})
    void otherTextsAreNoSizes(String text) {
        UsageException refusal =
                assertThrows(
                        UsageException.class, () -> options("--size=" + text).size("--size", 1));
        assertEquals(
                "--size: '" + text + "' is not a size; write 500M, 16G or a number of bytes",
                refusal.getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:0, 127.0.0.1, 0",
        "127.0.0.1:65535, 127.0.0.1, 65535",
        "[::1]:80, ::1, 80",
        "::1:80, ::1, 80",
    })
    void anAddressIsAHostAndAPort(String text, String host, int port) throws UsageException {
        assertEquals(
                new InetSocketAddress(host, port),
                options("--listen", text).address("--listen", "127.0.0.1:1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "127.0.0.1",
                "127.0.0.1:",
                ":80",
                "[]:80",
                "h:-1",
                "h:65536",
                "h:x"
            })
    void otherTextsAreNoAddresses(String text) {
        UsageException refusal =
                assertThrows(UsageException.class, () -> Options.parseAddress(text));
        assertEquals("'" + text + "' is not of the form HOST:PORT", refusal.getMessage());
    }
}
