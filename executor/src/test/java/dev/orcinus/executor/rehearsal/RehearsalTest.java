package dev.orcinus.executor.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertLinesMatch;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.spi.guest.GuestOptions;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.host.HostProvider;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Timeout(60)
final class RehearsalTest {
    @Test
    void anExecutorRehearsesWithoutALineInItsLog() throws Exception {
        try (TestSession session = new TestSession()) {
            session.rehearse();
            assertEquals(Optional.empty(), session.awaitEnd().failure());
            assertEquals(List.of(), TestSession.log());
        }
    }

    @Test
    void soDoesOneThatPresentsItselfAsAMac() throws Exception {
        try (TestSession session = new TestSession(TestSession.APPLE)) {
            session.rehearse();
            assertEquals(Optional.empty(), session.awaitEnd().failure());
            assertEquals(List.of(), TestSession.log());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void guestCodeCrashesInAProcessOfItsOwn() throws Exception {
        IsolatedGuest guest = HostProvider.current().startGuest(GuestOptions.ofSession());
        List<String> log = new CopyOnWriteArrayList<>();
        try (Executor executor = new Executor(guest, PresentedTarget.of(guest), log::add);
                TestSession session = new TestSession(executor)) {
            session.rehearseCrash();
            assertEquals(Optional.empty(), session.awaitEnd().failure());
        }
        assertEquals(2, log.size(), log::toString);
        assertLinesMatch(
                List.of(
                        "guest code crashed: SIGSEGV \\(.*\\) at address 0x0 in rehearsed_fault\\+0x.*",
                        "guest code crashed: SIGABRT in .*, called by rehearsed_call\\+0x.*"),
                log);
    }

    @Test
    void aLineThatEndsBreaksItOff() {
        Rehearsal rehearsal =
                new Rehearsal(new ByteArrayInputStream(new byte[10]), new ByteArrayOutputStream());
        assertThrows(EOFException.class, rehearsal::run);
    }
}
