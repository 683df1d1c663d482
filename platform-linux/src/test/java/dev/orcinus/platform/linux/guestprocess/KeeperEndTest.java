package dev.orcinus.platform.linux.guestprocess;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests of what guests say that end with their keeper. */
final class KeeperEndTest {
    private static void assertSays(String how, GuestEnd keeper) {
        assertEquals(
                new GuestEnd.Lost("its parent, the keeper of guests, " + how),
                Keeper.lostWith(Optional.ofNullable(keeper)));
    }

    @Test
    void theGuestsSayHowTheirKeeperHasEnded() {
        assertSays("has been killed", new GuestEnd.Crashed(9, ExecutorAddress.NULL));
        assertSays("crashed with signal 11", new GuestEnd.Crashed(11, ExecutorAddress.NULL));
        assertSays("exited with status 3", new GuestEnd.Exited(3));
        assertSays("has ended", new GuestEnd.Lost("somebody else knows its status"));
        assertSays("has ended", null);
    }
}
