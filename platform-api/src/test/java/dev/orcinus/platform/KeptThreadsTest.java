package dev.orcinus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class KeptThreadsTest {
    private static final ThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

    /** Before they are used for the first time in this process. */
    @BeforeAll
    static void haveSomethingToInherit() {
        INHERITABLE.set("of the first user");
    }

    private static Thread run(String name, Runnable work) {
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        KeptThreads.run(
                name,
                () -> {
                    ran.complete(Thread.currentThread());
                    work.run();
                });
        return ran.join();
    }

    private static void awaitName(Thread thread, String name) {
        while (!thread.getName().equals(name)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void worksThatWaitForEachOtherHaveThreadsOfTheirOwn() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Runnable meet =
                () -> {
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                };
        assertNotEquals(run("a", meet), run("b", meet));
        assertTrue(both.await(10, TimeUnit.SECONDS));
    }

    @Test
    void aThreadHasTheNameOfItsWorkAsLongAsThatRuns() {
        CompletableFuture<String> name = new CompletableFuture<>();
        Thread thread = run("a work", () -> name.complete(Thread.currentThread().getName()));
        assertEquals("a work", name.join());
        awaitName(thread, "orcinus idle");
        assertTrue(thread.isDaemon());
    }

    /** Most of these threads are new. */
    @Test
    void threadsThatWaitKeepNothingOfTheirWork() throws Exception {
        List<WeakReference<Object>> kept = new ArrayList<>();
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch begun = new CountDownLatch(50);
        for (int i = 0; i < 50; i++) {
            Object used = new Object();
            kept.add(new WeakReference<>(used));
            KeptThreads.run("a", () -> meet(used, threads, begun));
        }
        begun.await();
        while (!kept.stream().allMatch(used -> used.refersTo(null))) {
            System.gc();
            Thread.sleep(10); // some may still be at work
        }
        assertTrue(threads.stream().filter(Thread::isAlive).count() > 25, "they have ended");
    }

    private static void meet(Object used, List<Thread> threads, CountDownLatch begun) {
        threads.add(Thread.currentThread());
        begun.countDown();
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(used.toString(), e);
        }
    }

    /** It would keep, for all who come, what the first user has, such as a class loader. */
    @Test
    void aThreadHasNothingOfWhoUsesThemFirst() {
        CompletableFuture<Boolean> inherits = new CompletableFuture<>();
        run("a", () -> inherits.complete(INHERITABLE.get() != null));
        assertFalse(inherits.join());
    }

    @Test
    void aThreadIsUsedAgainWithoutItsInterrupt() {
        Thread first = run("a", Thread.currentThread()::isAlive);
        awaitName(first, "orcinus idle");
        Thread interrupted = run("b", () -> Thread.currentThread().interrupt());
        awaitName(interrupted, "orcinus idle");
        for (int i = 0; i < 100; i++) {
            CompletableFuture<Boolean> isInterrupted = new CompletableFuture<>();
            run("c", () -> isInterrupted.complete(Thread.currentThread().isInterrupted()));
            assertFalse(isInterrupted.join());
        }
    }
}
