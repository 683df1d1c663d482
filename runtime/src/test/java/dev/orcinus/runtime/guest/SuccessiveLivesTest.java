package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SuccessiveLivesTest {
    private final List<String> lived = new CopyOnWriteArrayList<>();

    @Test
    void aLifeThatIsAddedWhileOneIsLivedFollowsIt() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        SuccessiveLives lives =
                new SuccessiveLives(
                        () -> {
                            begun.countDown();
                            awaitQuietly(mayEnd);
                            lived.add("one");
                        });
        Thread thread = new Thread(lives);
        thread.start();
        begun.await();
        assertTrue(lives.add(() -> lived.add("two")));
        lives.end();
        assertFalse(lives.add(() -> lived.add("three")), "the thread is to end");
        mayEnd.countDown();
        thread.join();
        assertEquals(List.of("one", "two"), lived);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A thread may be slow to start. */
    @Test
    void aLifeMayBeAddedBeforeTheThreadHasStarted() throws InterruptedException {
        SuccessiveLives lives = new SuccessiveLives(() -> lived.add("one"));
        assertTrue(lives.add(() -> lived.add("two")));
        lives.end();
        Thread thread = new Thread(lives);
        thread.start();
        thread.join();
        assertEquals(List.of("one", "two"), lived);
    }

    @Test
    void aThreadForWhichNoLifeComesEnds() throws InterruptedException {
        SuccessiveLives lives = new SuccessiveLives(() -> lived.add("one"));
        Thread thread = new Thread(lives);
        thread.start();
        thread.join();
        assertEquals(List.of("one"), lived);
        assertFalse(lives.add(() -> lived.add("two")));
    }
}
