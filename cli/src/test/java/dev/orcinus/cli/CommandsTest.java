package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of arguments that are refused before anything runs. The commands themselves are tested as
 * processes.
 */
final class CommandsTest {
    private final List<String> log = new ArrayList<>();
    private final ExecutorCommands executor = new ExecutorCommands(log::add);
    private final DaemonCommands daemon = new DaemonCommands(log::add);

    private String refusal(String... arguments) {
        return assertThrows(UsageException.class, () -> daemon.serve(List.of(arguments)))
                .getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3,", ",3", "a,b", "-1,3", "3,6,9", "3, 6", "9999999999,1"})
    void descriptorsAreTwoNumbers(String pair) {
        UsageException refusal =
                assertThrows(UsageException.class, () -> executor.descriptors(pair, List.of()));
        assertEquals(
                "filedescs=" + pair + ": expected two descriptors, as in filedescs=3,6",
                refusal.getMessage());
    }

    @Test
    void descriptorsThatAreNotOpenAreAnError() {
        HostCallException failure =
                assertThrows(
                        HostCallException.class, () -> executor.descriptors("998,999", List.of()));
        assertTrue(failure.getMessage().contains("998"), failure.getMessage());
    }

    @Test
    void anAddressToListenOnHasAPort() {
        UsageException refusal =
                assertThrows(UsageException.class, () -> executor.listen("localhost", List.of()));
        assertEquals("'localhost' is not of the form HOST:PORT", refusal.getMessage());
    }

    @Test
    void anAddressOfAnotherMachineCannotBeListenedOn() {
        HostCallException failure =
                assertThrows(
                        HostCallException.class, () -> executor.listen("192.0.2.1:1", List.of()));
        assertTrue(failure.getMessage().contains("192.0.2.1:1"), failure.getMessage());
    }

    @Test
    void theDaemonRefusesWhatItDoesNotUnderstand() {
        assertEquals("unknown argument '--port'", refusal("--port", "80"));
        assertEquals(
                "--sessions takes a number from 1, --warm one from 0", refusal("--sessions", "0"));
        assertEquals(
                "--idle-timeout: 'soon' is not a duration; write 500ms, 30s, 10m or 2h",
                refusal("--idle-timeout", "soon"));
        assertEquals("'nowhere' is not of the form HOST:PORT", refusal("--listen=nowhere"));
    }

    @Test
    void theDaemonRefusesToServeOtherMachinesUnasked() {
        String refusal = refusal("--listen", "0.0.0.0:0");
        assertTrue(refusal.contains("everyone who connects runs code as you"), refusal);
    }
}
