package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.host.HostProcess;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The exit status of a process that has served one session. */
final class SessionEndTest {
    private final List<Integer> exits = new ArrayList<>();
    private final HostProcess process =
            (HostProcess)
                    Proxy.newProxyInstance(
                            HostProcess.class.getClassLoader(),
                            new Class<?>[] {HostProcess.class},
                            (_, method, arguments) -> {
                                assertEquals("exitNow", method.getName());
                                exits.add((Integer) arguments[0]);
                                return null;
                            });

    private int exit(Optional<String> failure, int callsLeft, GuestEnd end) {
        return new SessionEnd(failure, callsLeft, Optional.ofNullable(end)).exit(process);
    }

    @Test
    void anOrderlyEndIsSuccessAndAFailureIsOne() {
        assertEquals(0, exit(Optional.empty(), 0, null));
        assertEquals(1, exit(Optional.of("no line"), 0, null));
        assertEquals(List.of(), exits);
    }

    @Test
    void theGuestsEndIsTheStatusAsShellsShowIt() {
        assertEquals(7, exit(Optional.of("no line"), 0, new GuestEnd.Exited(7)));
        assertEquals(
                128 + 11,
                exit(Optional.empty(), 0, new GuestEnd.Crashed(11, ExecutorAddress.NULL)));
        assertEquals(128 + 9, exit(Optional.empty(), 0, new GuestEnd.Lost("it is gone")));
        assertEquals(128 + 9, exit(Optional.empty(), 0, new GuestEnd.TimedOut(Duration.ZERO)));
        assertEquals(List.of(), exits);
    }

    /** Finalizers would run beside guest code, which may never end. */
    @Test
    void aProcessInWhichGuestCodeStillRunsEndsAtOnce() {
        assertEquals(0, exit(Optional.empty(), 1, null));
        assertEquals(1, exit(Optional.of("no line"), 2, null));
        assertEquals(7, exit(Optional.empty(), 1, new GuestEnd.Exited(7)));
        assertEquals(List.of(0, 1, 7), exits);
    }
}
