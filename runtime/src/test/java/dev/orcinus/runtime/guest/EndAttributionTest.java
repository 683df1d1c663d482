package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests who is taken for the cause of a guest's end. */
final class EndAttributionTest {
    private boolean lives = true;
    private final EndAttribution attribution = new EndAttribution(() -> lives);
    private final Thread other = new Thread(() -> {});

    /** The guest has ended during the end of its first thread, which is this one. */
    private void endDuringDestructors() {
        attribution.firstBeginsToEnd();
        lives = false;
    }

    @Test
    void theFirstThatIsBlamedCounts() {
        attribution.blame(Thread.currentThread());
        attribution.blame(other);
        lives = false;
        assertFalse(attribution.isOfOthers());
    }

    @Test
    void anEndIsOfOthersOnlyOnceItHasCome() {
        attribution.blame(other);
        assertFalse(attribution.isOfOthers(), "it lives");
        lives = false;
        assertTrue(attribution.isOfOthers());
        attribution.clearBlame();
        assertFalse(attribution.isOfOthers(), "nobody knows");
    }

    @Test
    void nobodyIsBlamedForAGuestThatHasEndedBefore() {
        lives = false;
        attribution.blame(other);
        assertFalse(attribution.isOfOthers());
    }

    @Test
    void anEndThatNobodyIsBlamedForIsOfTheDestructorsThatRan() {
        endDuringDestructors();
        assertTrue(attribution.takeIsOfDestructors());
        assertFalse(attribution.takeIsOfDestructors(), "the guest has returned since");
    }

    @Test
    void itIsNotIfWorkHasFoundItAtItsEnd() {
        attribution.workEnds();
        endDuringDestructors();
        attribution.workEnds();
        assertFalse(attribution.takeIsOfDestructors());
        endDuringDestructors();
        assertTrue(attribution.takeIsOfDestructors(), "that work was done in an earlier guest");
    }

    @Test
    void workThatEndsWhileTheGuestLivesHasNotEndedIt() {
        attribution.workEnds();
        endDuringDestructors();
        assertTrue(attribution.takeIsOfDestructors());
    }

    @Test
    void theThreadThatIsBlamedDecidesBeforeAllElse() {
        attribution.blame(Thread.currentThread());
        endDuringDestructors();
        attribution.workEnds();
        assertTrue(attribution.takeIsOfDestructors());
        attribution.clearBlame();
        lives = true;
        attribution.blame(other);
        endDuringDestructors();
        assertFalse(attribution.takeIsOfDestructors());
    }

    @Test
    void withoutDestructorsTheEndIsNotTheirs() {
        lives = false;
        assertFalse(attribution.takeIsOfDestructors());
    }

    @Test
    void onlyTheThreadThatBeganToEndEnds() throws InterruptedException {
        assertFalse(attribution.firstHasEnded(), "it has not begun to");
        attribution.firstBeginsToEnd();
        boolean[] hasEnded = {true};
        Thread before = new Thread(() -> hasEnded[0] = attribution.firstHasEnded());
        before.start();
        before.join();
        assertFalse(hasEnded[0]);
        assertTrue(attribution.firstHasEnded());
        assertFalse(attribution.firstHasEnded(), "once");
        lives = false;
        assertFalse(attribution.takeIsOfDestructors(), "it had ended before");
    }
}
