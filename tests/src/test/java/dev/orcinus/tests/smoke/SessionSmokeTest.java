package dev.orcinus.tests.smoke;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.tests.daemon.DaemonProcess;
import dev.orcinus.tests.daemon.DaemonSession;
import dev.orcinus.tests.llvm.JitLink;
import dev.orcinus.tests.llvm.Line;
import dev.orcinus.tests.llvm.Llvm;
import dev.orcinus.tests.process.Finished;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Sessions: with the LLVM that {@code tests/llvm/install.sh 20} installs on every platform, and
 * with the daemon, in which one session crashes.
 */
@Tag("smoke")
@Timeout(240)
final class SessionSmokeTest {
    /** An undefined instruction, by processor. */
    private static final Map<String, byte[]> UNDEFINED =
            Map.of(
                    "x86_64", new byte[] {0x0f, 0x0b},
                    "aarch64", new byte[4],
                    "arm64", new byte[4]);

    /** The name of a socket of macOS has 103 bytes at most, and the usual folder a long name. */
    private static final Path SHORT = Path.of("/tmp");

    @TempDir private Path directory;

    @ParameterizedTest
    @EnumSource
    void aControllerOfLlvmRunsAProgram(Line line) throws Exception {
        new JitLink(new Llvm(20), line, directory)
                .input(SmokeObjects.own().object("program"))
                .arguments("one", "two words")
                .run()
                .assertStatus(42)
                .assertOutput("one\ntwo words\n");
    }

    @Test
    void aCrashEndsALineOfOneSessionOfTheDaemon() throws Exception {
        assumeTrue(IsolatedGuestProvider.isAvailable(), "the daemon wants guest processes");
        String processor = HostProvider.current().guestInThisProcess().triple().arch();
        Path folder = Files.createTempDirectory(SHORT, "orcinus");
        try (DaemonProcess daemon = DaemonProcess.start(folder, "--warm=1")) {
            try (DaemonSession bystander = daemon.connect();
                    DaemonSession session = daemon.connect()) {
                bystander.assertAnswers();
                session.assertAnswers();
                session.start(session.load(UNDEFINED.get(processor)));
                session.awaitLog(".*: the state is as before this line");
                session.assertAnswers();
                bystander.assertAnswers();
            }
            Finished end = daemon.terminate();
            assertEquals(0, end.status(), end::toString);
        } finally {
            Files.delete(folder);
        }
    }
}
