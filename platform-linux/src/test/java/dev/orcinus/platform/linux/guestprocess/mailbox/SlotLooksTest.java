package dev.orcinus.platform.linux.guestprocess.mailbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SlotLooksTest {
    private final SlotLooks looks = new SlotLooks();

    private static void fail(Looks which) {
        for (int i = 0; i < Looks.MOST_USELESS; i++) {
            which.note(false, false);
        }
    }

    @Test
    void bothSidesLookLongerInASeries() {
        int single = looks.ours(true).count();
        assertEquals(SlotLooks.GUEST_LOOKS, looks.nextOfGuest().count());
        assertFalse(looks.setSeries(true));
        assertTrue(looks.ours(true).count() > single);
        assertTrue(looks.ours(false).count() > single);
        assertEquals(SlotLooks.GUEST_SERIES_LOOKS, looks.nextOfGuest().count());
    }

    /** Libraries are opened, which takes long; then actions of an allocation run. */
    @Test
    void singleCallsThatLastDoNotEndTheLooksOfASeries() {
        fail(looks.ours(true));
        fail(looks.ours(false));
        fail(looks.nextOfGuest());
        looks.setSeries(true);
        assertTrue(looks.ours(true).count() > 0);
        assertTrue(looks.nextOfGuest().count() > 0);
    }

    /** A machine that is too busy for them: each wrapper function is waited for asleep. */
    @Test
    void looksOfASeriesThatAreInVainEnd() {
        looks.setSeries(true);
        fail(looks.ours(true));
        fail(looks.nextOfGuest());
        assertEquals(0, looks.ours(false).count());
        assertEquals(0, looks.nextOfGuest().count());
        assertTrue(looks.setSeries(false));
        assertTrue(looks.ours(true).count() > 0, "those of other calls go on");
        assertTrue(looks.nextOfGuest().count() > 0, "those of other calls go on");
    }

    /** What the guest has done while it waited belongs to the call before. */
    @Test
    void theGuestsWaitIsNotedWhereItsLengthCameFrom() {
        looks.setSeries(true);
        Looks inSeries = looks.nextOfGuest();
        looks.setSeries(false);
        assertEquals(inSeries, looks.lastOfGuest());
        looks.nextOfGuest();
        assertTrue(looks.lastOfGuest() != inSeries);
    }
}
