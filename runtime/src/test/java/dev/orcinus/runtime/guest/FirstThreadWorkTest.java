package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Tests for which work a state may be noted. */
final class FirstThreadWorkTest {
    private final FirstThreadWork work = new FirstThreadWork();

    @Test
    void withoutAFirstThreadNothingIsNoted() {
        work.begin();
        work.link();
        assertFalse(work.isFirst());
        assertFalse(work.mayNote());
        assertFalse(work.isLinking());
    }

    @Test
    void aStateIsNotedOnceInAPieceOfWork() {
        work.isHere();
        assertFalse(work.mayNote(), "no work has begun");
        work.begin();
        assertTrue(work.mayNote());
        work.cover();
        assertFalse(work.mayNote());
        assertTrue(work.isCovered());
        work.end();
        assertFalse(work.isCovered());
        assertFalse(work.mayNote(), "what runs after work is a destructor");
        work.begin();
        assertTrue(work.mayNote(), "the next piece");
    }

    @Test
    void aPieceLinksUntilItsEnd() {
        work.isHere();
        work.begin();
        assertFalse(work.isLinking());
        work.link();
        assertTrue(work.isLinking());
        work.end();
        assertFalse(work.isLinking());
    }

    @Test
    void otherThreadsChangeNothing() throws InterruptedException {
        work.isHere();
        boolean[] mayNote = {true};
        Thread other =
                new Thread(
                        () -> {
                            work.begin();
                            work.link();
                            mayNote[0] = work.mayNote();
                        });
        other.start();
        other.join();
        assertFalse(mayNote[0]);
        assertFalse(work.mayNote());
        assertFalse(work.isLinking());
        assertTrue(work.isFirst());
    }
}
