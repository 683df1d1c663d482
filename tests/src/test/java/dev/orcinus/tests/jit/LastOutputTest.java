package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.process.Finished;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that output which C stdio holds is written before the code of a session goes. */
@Timeout(180)
final class LastOutputTest {
    /** A timer calls loaded code all the time, also while the code is unmapped. */
    private static final String CODE =
            """
            #include <signal.h>
            #include <stdio.h>
            #include <sys/time.h>
            static volatile long ticks;
            static void tick(int) { ticks++; }
            int main() {
                struct sigaction action = {};
                action.sa_handler = tick;
                sigaction(SIGALRM, &action, nullptr);
                struct itimerval often = {{0, 50}, {0, 50}};
                setitimer(ITIMER_REAL, &often, nullptr);
                printf("kept");
                return 0;
            }
            """;

    @TempDir private Path folder;

    @RepeatedTest(3)
    void aTimerThatOutlivesItsCodeLosesNoOutput() throws Exception {
        Path object = CompiledObject.compile(folder, "timer", CODE);
        try (ListeningExecutor executor = new ListeningExecutor(folder)) {
            try (CallCounter line = new CallCounter(executor.address())) {
                RemoteJit jit = Jit.connect("127.0.0.1", line.port());
                RemoteDylib dylib = jit.createDylib("timer");
                dylib.add(object);
                assertEquals(0, dylib.run("main", List.of()));
            } // the line is cut; the executor cleans up
            Finished end = executor.finish();
            assertEquals("kept", end.output(), end::toString);
        }
    }
}
