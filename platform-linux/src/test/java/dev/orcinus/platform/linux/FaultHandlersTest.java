package dev.orcinus.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultHandlersTest {
    @TempDir private Path directory;

    @BeforeAll
    static void needsToForkThisJvm() throws InterruptedException {
        String java = System.getProperty("java.home") + "/bin/java";
        assumeTrue(
                ForkedJvm.hasTool(java, "-version"),
                "this JVM cannot be started by its path (it is emulated): " + java);
    }

    @ParameterizedTest
    @CsvSource({
        "ENDLESS_RECURSION, SIGSEGV, si_addr: 0x",
        "BAD_READ, SIGSEGV, si_addr: 0x0000000000001234",
        "BAD_INSTRUCTION, SIGILL, si_addr: 0x",
    })
    void aCrashOfGuestCodeIsReportedButNotOnItsStandardOutput(
            MachineCode code, String signal, String address) throws Exception {
        try (ForkedJvm jvm =
                ForkedJvm.start(
                        directory, List.of("-XX:-CreateCoredumpOnCrash"), "crash", code.name())) {
            assertEquals(1, jvm.await());
            assertTrue(jvm.crashReport().contains(address), jvm::toString);
            assertEquals("guest output\n", jvm.stdout());
            assertTrue(jvm.stderr().contains("#  " + signal + " (0x"), jvm.stderr());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-XX:+UseG1GC",
                "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
                "-Xint",
                "-XX:+UseZGC",
            })
    void hotSpotStillFindsItsOwnFaults(String options) throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(options.split(" ", -1)), "java")) {
            assertEquals(0, jvm.await(), jvm::toString);
            assertEquals("fine\n", jvm.stdout());
        }
    }

    @Test
    void exitNowEndsTheProcessWithItsStatus() throws Exception {
        try (ForkedJvm jvm = ForkedJvm.start(directory, List.of(), "exit", "7")) {
            assertEquals(7, jvm.await());
        }
    }
}
