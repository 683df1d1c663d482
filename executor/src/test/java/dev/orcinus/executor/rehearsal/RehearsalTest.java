package dev.orcinus.executor.rehearsal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.executor.TestSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
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
    void aLineThatEndsBreaksItOff() {
        Rehearsal rehearsal =
                new Rehearsal(new ByteArrayInputStream(new byte[10]), new ByteArrayOutputStream());
        assertThrows(EOFException.class, rehearsal::run);
    }
}
