package dev.orcinus.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.orcrt.OrcRuntimes;
import dev.orcinus.executor.session.SessionOptions;
import dev.orcinus.memory.MemoryLimits;
import dev.orcinus.platform.Triple;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.runtime.guest.CheckpointOptions;
import dev.orcinus.runtime.guest.GuestLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    private int inherited(String argument, List<String> options)
            throws UsageException, HostCallException {
        return executor.inherited(SessionDescriptors.parse(argument), options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "3,", ",3", "a,b", "-1,3", "3,6,9", "3, 6", "9999999999,1"})
    void descriptorsAreTwoNumbers(String pair) {
        UsageException refusal =
                assertThrows(UsageException.class, () -> inherited("filedescs=" + pair, List.of()));
        assertEquals(
                "filedescs=" + pair + ": expected two descriptors, as in filedescs=3,6",
                refusal.getMessage());
    }

    @Test
    void descriptorsThatAreNotOpenAreAnError() {
        HostCallException failure =
                assertThrows(
                        HostCallException.class, () -> inherited("filedescs=998,999", List.of()));
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
                        HostCallException.class,
                        () -> executor.listen("192.0.2.1:1", List.of("--allow-remote")));
        assertTrue(failure.getMessage().contains("192.0.2.1:1"), failure.getMessage());
    }

    @Test
    void anAddressThatOtherMachinesReachIsRefusedWithTheReason() {
        assertEquals(
                "listen= 0.0.0.0 can be reached from other machines, and everyone who connects runs"
                        + " code as you: pass --allow-remote if that is wanted (LLVM's executor does"
                        + " not ask)",
                assertThrows(UsageException.class, () -> executor.listen("0.0.0.0:0", List.of()))
                        .getMessage());
    }

    @Test
    void aUnixSocketHasAFileAndIsForOneUser() {
        assertEquals(
                "'unix:' names no file: write unix:PATH",
                assertThrows(UsageException.class, () -> executor.listen("unix:", List.of()))
                        .getMessage());
        String others =
                assertThrows(
                                UsageException.class,
                                () ->
                                        executor.listen(
                                                "unix:socket", List.of("--allow-other-users")))
                        .getMessage();
        assertTrue(others.startsWith("--allow-other-users: a Unix-domain socket"), others);
        assertTrue(
                refusal("--listen=unix:s", "--allow-other-users")
                        .equals(others.replace(" (LLVM's executor does not ask)", "")));
    }

    @Test
    void aTripleOfAnotherProcessorIsRefusedWithASentence() {
        UsageException refusal =
                assertThrows(
                        UsageException.class,
                        () ->
                                executor.listen(
                                        "localhost:0", List.of("--triple", "vax-apple-macosx")));
        String sentence =
                "--triple: the triple 'vax-apple-macosx' is for vax, and this process runs ";
        assertTrue(refusal.getMessage().startsWith(sentence), refusal.getMessage());
        assertTrue(refusal("--triple=vax-apple-macosx").startsWith(sentence));
        assertTrue(
                assertThrows(
                                UsageException.class,
                                () -> inherited("filedescs=3,4", List.of("--triple=vax-dec-vms")))
                        .getMessage()
                        .startsWith("--triple: the triple 'vax-dec-vms' is for vax"));
    }

    @Test
    void theFormsOfLlvm24TakeATripleToo() {
        List<String> options = List.of("--triple=vax-dec-vms");
        for (Executable command :
                List.<Executable>of(
                        () -> inherited("socket:adopt=3", options),
                        () -> executor.connect("127.0.0.1:1", options))) {
            String refusal = assertThrows(UsageException.class, command).getMessage();
            assertTrue(
                    refusal.startsWith("--triple: the triple 'vax-dec-vms' is for vax"), refusal);
        }
    }

    /** The runtime may be for another machine than this one. */
    @ParameterizedTest
    @CsvSource({
        "x86_64-apple-macosx13, #1/",
        "arm64-apple-macosx13, #1/",
        "aarch64-unknown-linux-gnu, '/ '"
    })
    void theRuntimeIsOfTheTriple(String triple, String start, @TempDir Path folder)
            throws Exception {
        Path file = folder.resolve("rt.a");
        List<String> arguments = List.of("--triple", triple, "-o", file.toString());
        assertEquals(0, new RuntimeCommand(arguments).run());
        byte[] archive = Files.readAllBytes(file);
        assertArrayEquals(OrcRuntimes.archive(new Triple(triple)), archive);
        String text = new String(archive, StandardCharsets.US_ASCII);
        assertTrue(text.startsWith("!<arch>\n" + start), text.substring(0, 20));
    }

    @Test
    void theRuntimeNeedsAFile() {
        assertEquals(
                "runtime: expected -o FILE",
                assertThrows(UsageException.class, () -> new RuntimeCommand(List.of()))
                        .getMessage());
        assertEquals(
                "unknown argument 'file.a'",
                assertThrows(UsageException.class, () -> new RuntimeCommand(List.of("file.a")))
                        .getMessage());
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

    /** One session could otherwise fill the heap that it shares with others. */
    @Test
    void aSessionOfALauncherHasTheShareOfOneOfTheDaemon() {
        SessionOptions limits = ExecutorCommands.launchedLimits(Optional.empty());
        assertEquals(64 << 20, limits.argumentBytes());
        assertEquals(new GuestLimits(new MemoryLimits(16L << 30, 20_000), 256), limits.guest());
        assertEquals(CheckpointOptions.DEFAULT, limits.checkpoints());
    }
}
