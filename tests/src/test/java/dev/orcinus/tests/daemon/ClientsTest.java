package dev.orcinus.tests.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests real clients of one daemon: all versions at once, and programs that end their guests. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
final class ClientsTest {
    private static final int SEGMENTATION_FAULT = 128 + 11;
    private static final int ABORT = 128 + 6;

    private Path folder;
    private DaemonProcess daemon;

    @BeforeAll
    void start(@TempDir Path runtimeFolder) throws Exception {
        folder = runtimeFolder;
        daemon = DaemonProcess.start(folder, "--warm=2", "--grace=500ms");
    }

    @AfterAll
    void end() throws Exception {
        try (DaemonProcess ending = daemon) {
            Finished end = ending.terminate();
            assertEquals(0, end.status(), end::toString);
        }
    }

    private Program client(Llvm llvm, String object, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(llvm.tool("llvm-jitlink"));
        command.add("-oop-executor-connect=127.0.0.1:" + daemon.address().getPort());
        command.add(Fixtures.get(object).toString());
        command.add("-args");
        command.addAll(List.of(arguments));
        return Program.start(folder, command);
    }

    static Stream<Llvm> versions() {
        return Llvm.ALL.stream();
    }

    /**
     * Returns the first installed version; a crash of the executor does not depend on the version.
     */
    private static Llvm anyVersion() {
        Llvm any = versions().filter(Llvm::isInstalled).findFirst().orElse(new Llvm(20));
        any.tool("llvm-jitlink");
        return any;
    }

    /** Runs a program that crashes; returns the daemon's report. */
    private String crash(Llvm llvm, String object, String mode, int status) throws Exception {
        try (Program client = client(llvm, object, mode)) {
            String pid = daemon.awaitBegin().group(2);
            String report =
                    "orcinus: session " + daemon.sessions() + ": guest code crashed: (SIG.*)";
            String reason = daemon.awaitLog(Pattern.compile(report)).group(1);
            awaitEnd(client, pid, status);
            return reason;
        }
    }

    private void awaitEnd(Program client, String pid, int status) throws Exception {
        Finished end = client.finish();
        assertEquals(status, end.status(), end::toString);
        assertEquals("the controller left", daemon.awaitEnd(daemon.sessions()));
        Traces.assertNone(Long.parseLong(pid));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aClientWhoseProgramCrashesEndsAsAShellWouldSay(Llvm llvm) throws Exception {
        String reason = crash(llvm, "crash.o", "segv", SEGMENTATION_FAULT);
        assertTrue(reason.matches("SIGSEGV \\(.*\\) at address 0x8 in .*"), reason);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aClientWhoseProgramCallsExitEndsWithItsStatus(Llvm llvm) throws Exception {
        try (Program client = client(llvm, "crash.o", "exit")) {
            awaitEnd(client, daemon.awaitBegin().group(2), 7);
        }
    }

    @Test
    void programsEndTheirGuestsInEveryWay() throws Exception {
        Llvm llvm = anyVersion();
        for (String mode : List.of("stack", "library", "jump")) {
            String reason = crash(llvm, "crash.o", mode, SEGMENTATION_FAULT);
            assertTrue(reason.startsWith("SIGSEGV ("), mode + ": " + reason);
        }
        for (String mode : List.of("abort", "heap")) {
            String reason = crash(llvm, "crash.o", mode, ABORT);
            assertTrue(reason.startsWith("SIGABRT"), mode + ": " + reason);
        }
        String uncaught = crash(llvm, "uncaught.o", "", ABORT);
        assertTrue(uncaught.startsWith("SIGABRT"), uncaught);
        assertTrue(daemon.log().contains("what():  nobody wants me"), daemon.log());
    }

    @Test
    void clientsOfDifferentVersionsRunAtOnce() throws Exception {
        List<Llvm> installed = versions().filter(Llvm::isInstalled).toList();
        assumeTrue(installed.size() > 1, "only one version of LLVM is installed");
        Path signal = folder.resolve("signal");
        List<Program> clients = new ArrayList<>();
        try {
            for (Llvm llvm : installed) {
                clients.add(
                        client(llvm, "crash.o", "version " + llvm.version(), signal.toString()));
            }
            for (Llvm llvm : installed) {
                daemon.awaitBegin();
                daemon.awaitOutput("version " + llvm.version() + " begins\n");
            }
            String status = daemon.status().output();
            assertTrue(status.contains(installed.size() + " sessions\n"), status);
            Files.createFile(signal);
            for (Program client : clients) {
                Finished end = client.finish();
                assertEquals(42, end.status(), end::toString);
            }
        } finally {
            clients.forEach(Program::close);
        }
    }
}
