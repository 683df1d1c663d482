package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SessionOptionsTest {
    @Test
    void argumentsForAnotherProcessMeanTheSameLimits() {
        SessionOptions options =
                new SessionOptions(
                        Duration.ofMillis(1),
                        Duration.ofHours(7),
                        Duration.ZERO,
                        Duration.ofDays(365).plusNanos(1));
        assertEquals(options, SessionOptions.parse(options.toArguments()));
        assertEquals(
                SessionOptions.DEFAULT, SessionOptions.parse(SessionOptions.DEFAULT.toArguments()));
    }

    @Test
    void oneLimitIsChangedAtATime() {
        SessionOptions options =
                SessionOptions.DEFAULT
                        .withIdle(Duration.ofMinutes(2))
                        .withGrace(Duration.ofSeconds(1));
        assertEquals(
                new SessionOptions(
                        SessionOptions.DEFAULT.handshake(),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(1),
                        SessionOptions.DEFAULT.write()),
                options);
    }

    @Test
    void otherTextsAreRefused() {
        assertThrows(
                DateTimeParseException.class,
                () -> SessionOptions.parse(List.of("30", "PT0S", "PT0S", "PT0S")));
    }
}
