package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SessionOptionsTest {
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
}
