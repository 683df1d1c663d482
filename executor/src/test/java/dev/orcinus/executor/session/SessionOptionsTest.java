package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.memory.MemoryLimits;
import dev.orcinus.runtime.guest.CheckpointOptions;
import dev.orcinus.runtime.guest.GuestLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SessionOptionsTest {
    private static final CheckpointOptions NONE = new CheckpointOptions(false, Duration.ZERO);
    private static final GuestLimits SHARE = new GuestLimits(new MemoryLimits(1, 2), 3);

    @Test
    void oneLimitIsChangedAtATime() {
        SessionOptions options =
                SessionOptions.DEFAULT
                        .withIdle(Duration.ofMinutes(2))
                        .withGrace(Duration.ofSeconds(1))
                        .withShare(SHARE, 5)
                        .withCheckpoints(NONE);
        assertEquals(
                new SessionOptions(
                        SessionOptions.DEFAULT.handshake(),
                        Duration.ofMinutes(2),
                        Duration.ofSeconds(1),
                        SessionOptions.DEFAULT.write(),
                        NONE,
                        SHARE,
                        5),
                options);
    }
}
