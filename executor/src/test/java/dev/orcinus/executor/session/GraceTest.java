package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.guest.GuestThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What guest code may still do when its session has ended, and for how long. */
@Timeout(60)
final class GraceTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final GuestThreads threads = new GuestRuntime(new FakeGuest()).threads();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Grace grace(Duration limit) {
        return new Grace(threads, limit, log::add);
    }

    @AfterEach
    void endAll() throws Exception {
        end.complete(null);
        assertTrue(threads.awaitIdle(LONG));
    }

    @Test
    void callsThatEndInTimeAreWaitedFor() throws InterruptedException {
        CompletableFuture<Void> call = threads.run(end::join);
        Thread here = Thread.currentThread();
        Thread ender =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (here.getState() != Thread.State.TIMED_WAITING) {
                                        Thread.onSpinWait();
                                    }
                                    end.complete(null);
                                });
        Grace grace = grace(LONG);
        grace.awaitCalls();
        ender.join();
        call.join(); // it has ended, though its result may be on its way
        assertEquals(0, grace.callsLeft());
        grace.giveBack("the memory", () -> ran.add("given back"));
        assertEquals(List.of("given back"), ran);
        assertEquals(List.of(), log);
    }

    @Test
    void whatCallsThatRunOnMayUseIsNotGivenBack() {
        CompletableFuture<Void> one = threads.run(end::join);
        CompletableFuture<Void> two = threads.run(end::join);
        Grace grace = grace(SHORT);
        grace.awaitCalls();
        assertEquals(2, grace.callsLeft());
        assertEquals(
                List.of("guest code still runs 20 ms after the session: 2 calls are left behind"),
                log);
        grace.giveBack("the memory", () -> ran.add("given back"));
        assertEquals(List.of(), ran);
        assertTrue(!one.isDone() && !two.isDone());
    }

    @Test
    void workThatTakesTooLongCountsAsACallThatRunsOn() {
        Grace grace = grace(SHORT);
        grace.giveBack("the memory", end::join);
        assertEquals(
                List.of("the memory still runs 20 ms after the session, and is left behind"), log);
        assertEquals(1, grace.callsLeft());
        grace.giveBack("the rest", () -> ran.add("given back"));
        assertEquals(List.of(), ran);
        grace(LONG).run("stdio", () -> ran.add("flushed"));
        assertEquals(List.of("flushed"), ran, "that frees nothing");
    }

    @Test
    void aFailureIsToldUnlessItIsTheEndOfTheGuest() {
        Grace grace = grace(LONG);
        grace.run(
                "stdio",
                () -> {
                    throw new IllegalStateException("no space");
                });
        assertEquals(1, log.size());
        assertTrue(log.getFirst().startsWith("stdio at the end of the session: "), log::toString);
        assertTrue(log.getFirst().contains("no space"), log::toString);
        log.clear();
        grace.giveBack(
                "the memory",
                () -> {
                    throw new GuestGoneException(new GuestEnd.Exited(1));
                });
        assertEquals(List.of(), log, "that has been told");
        assertEquals(0, grace.callsLeft());
    }

    /** The thread's owner has asked it to end: it does, and is still to end afterwards. */
    @Test
    void aThreadThatIsInterruptedWaitsForNothingAndKnowsIt() {
        CompletableFuture<Void> call = threads.run(end::join);
        Grace grace = grace(LONG);
        Thread.currentThread().interrupt();
        grace.awaitCalls();
        assertTrue(Thread.interrupted());
        assertEquals(1, grace.callsLeft());
        Thread.currentThread().interrupt();
        grace.run("stdio", end::join);
        assertTrue(Thread.interrupted());
        assertTrue(!call.isDone());
    }
}
