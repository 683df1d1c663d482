package dev.orcinus.executor.session;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what becomes known of a release that destructors hold up. */
@Timeout(60)
final class LongDeallocationTest {
    private static final String LATE =
            "memory goes late: destructors of threads that end have not returned after 1 ms";

    private final FakeGuest guest = new FakeGuest();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<WrapperFunctionResult> early = new CopyOnWriteArrayList<>();
    private Session session;

    @BeforeEach
    void makeSession() throws Exception {
        session =
                new Session(
                        guest,
                        EmptyTable.of(guest),
                        List.of(),
                        new FakeChannel(),
                        SessionOptions.DEFAULT.withGrace(Duration.ofMillis(1)),
                        log::add);
    }

    /** Returns a release whose action does something. */
    private Deallocation release(Runnable effect) throws Exception {
        ExecutorAddress base = session.memory().reserve(PAGE);
        InFlightAllocation allocation = session.memory().begin();
        allocation.addSegment(new AllocGroup(MemProt.READ, MemLifetime.STANDARD), base, PAGE, 0);
        AllocationAction action =
                new AllocationAction() {
                    @Override
                    public void run() {
                        effect.run();
                    }

                    @Override
                    public boolean runsGuestCode() {
                        return true;
                    }

                    @Override
                    public ExecutorAddress function() {
                        return new ExecutorAddress(0x10);
                    }
                };
        allocation.finish(List.of(new AllocationActions.Pair(AllocationAction.NONE, action)));
        return session.memory().release(List.of(base));
    }

    private <T extends Throwable> void runAndFail(Class<T> thrown, Runnable effect)
            throws Exception {
        LongDeallocation work = new LongDeallocation(session, release(effect), early::add);
        assertThrows(thrown, work::run);
    }

    private static void fail() {
        throw new AssertionError("bug");
    }

    /** Has a thread idle whose destructors return when the controller has its answer. */
    private void holdUp() throws Exception {
        CompletableFuture<Void> answered = new CompletableFuture<>();
        guest.process().atThreadEnd(answered::join);
        session.guest().threads().run(() -> null).get();
        Thread answerer =
                new Thread(
                        () -> {
                            while (early.isEmpty()) {
                                Thread.onSpinWait();
                            }
                            answered.complete(null);
                        });
        answerer.setDaemon(true);
        answerer.start();
    }

    @Test
    void whatIsThrownAfterTheAnswerIsLogged() throws Exception {
        holdUp();
        runAndFail(AssertionError.class, LongDeallocationTest::fail);
        assertEquals(List.of(LATE, "internal error: java.lang.AssertionError: bug"), log);
        assertEquals(1, early.size());
    }

    @Test
    void whatIsThrownBeforeIsLoggedByWhoGetsIt() throws Exception {
        runAndFail(AssertionError.class, LongDeallocationTest::fail);
        assertEquals(List.of(), log);
        assertEquals(List.of(), early);
    }

    /** The log tells it once. */
    @Test
    void theEndOfTheGuestIsNoErrorOfTheRelease() throws Exception {
        holdUp();
        runAndFail(GuestGoneException.class, () -> guest.memory().end(new GuestEnd.Exited(3)));
        assertEquals(List.of(LATE), log);
    }
}
