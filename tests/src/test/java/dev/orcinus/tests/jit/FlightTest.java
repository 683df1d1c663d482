package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.platform.spi.guest.IsolatedGuestProvider;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests what JDK Flight Recorder is told, and that nothing of it is loaded without need. */
@Timeout(240)
final class FlightTest {
    @TempDir Path directory;

    @BeforeEach
    void needGuests() {
        assumeTrue(IsolatedGuestProvider.isAvailable(), "this system has no guest processes");
    }

    private Finished run(List<String> command) throws InterruptedException {
        try (Program program = Program.start(directory, command)) {
            return program.finish();
        }
    }

    private Finished fly(String... options) throws InterruptedException {
        List<String> command =
                ForkedJvm.command(Flight.class, JitFixture.object("asks_java").toString());
        command.addAll(1, List.of(options));
        Finished finished = run(command);
        assertEquals(0, finished.status(), finished::toString);
        return finished;
    }

    @Test
    void aRecordingHasTheEvents() throws InterruptedException {
        fly("--add-modules=jdk.jfr", "-XX:StartFlightRecording:filename=flight.jfr");
        assertTrue(Files.exists(directory.resolve("flight.jfr")));
        Finished printed =
                run(List.of(ForkedJvm.tool("jfr"), "print", "--events", "orcinus.*", "flight.jfr"));
        String text = printed.output();
        for (String event :
                List.of("Link", "LinkPhase", "Initialize", "CallIntoJava", "Crash", "Checkpoint")) {
            assertTrue(text.contains("orcinus." + event + " {"), () -> event + " in\n" + text);
        }
        for (String subject : List.of("asks_java.o", "FIX_UP", "numbers", "java", "SIGSEGV")) {
            assertTrue(text.matches("(?s).*subject = \"[^\"\n]*" + subject + ".*"), text);
        }
    }

    /** Returns the classes of the recorder, and of its events, that a run without it loads. */
    private List<String> loaded(String... options) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of(options));
        command.add("-Xlog:class+load");
        List<String> loaded = fly(command.toArray(String[]::new)).output().lines().toList();
        assertTrue(loaded.size() > 500, () -> loaded.size() + " classes");
        return loaded.stream()
                .filter(line -> line.contains(" jdk.jfr.") || line.contains("FlightEvents"))
                .map(line -> line.replaceAll(".*\\[class,load\\] | source:.*", ""))
                .toList();
    }

    @Test
    void withoutARecordingOneClassIsLoaded() throws InterruptedException {
        assertEquals(List.of("jdk.jfr.FlightRecorder"), loaded());
    }

    @Test
    void withoutTheModuleNoneIsLoaded() throws InterruptedException {
        assertEquals(
                List.of(), loaded("--limit-modules=dev.orcinus.loader,dev.orcinus.platform.linux"));
    }
}
