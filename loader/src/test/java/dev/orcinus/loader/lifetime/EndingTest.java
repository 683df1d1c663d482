package dev.orcinus.loader.lifetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A lifetime ends only when no call is inside, and then no call can enter. */
@Timeout(60)
final class EndingTest {
    private static final int ROUNDS = 20_000;

    private final Lifetime code = new Lifetime("code.o", "has been removed");
    private final FunctionGate gate = code.gate("f");

    private static void begin(Lifetime... ending) {
        Ending.begin(List.of(ending), List.of(), () -> false);
    }

    private static <T> T elsewhere(Callable<T> work) throws Exception {
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            return thread.submit(work).get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneGateForEachFunction() {
        assertSame(gate, code.gate("f"));
        assertFalse(gate.isUsedElsewhere());
        assertFalse(gate.isInside());
    }

    @Test
    void aCallInsideKeepsIt() {
        try (FunctionGate.Call _ = gate.call()) {
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> begin(code));
            assertEquals(
                    "code.o stays as long as a call of 'f' is inside of code.o",
                    refusal.getMessage());
            try (FunctionGate.Call _ = gate.call()) {
                assertThrows(IllegalStateException.class, () -> begin(code));
            }
            assertThrows(IllegalStateException.class, () -> begin(code), "one is still inside");
            code.requireGoingOn();
        }
        begin(code);
        code.end();
        assertEquals(
                "'f' is called, but code.o has been removed; -Dorcinus.trace tells where",
                assertThrows(IllegalStateException.class, gate::call).getMessage());
        assertThrows(IllegalStateException.class, () -> code.gate("f"));
        assertThrows(IllegalStateException.class, code::arena);
        assertThrows(IllegalStateException.class, code::requireGoingOn);
        assertFalse(gate.isInside(), "who was refused is outside");
    }

    @Test
    void allEndOrNone() {
        Lifetime other = new Lifetime("other.o", "has been removed");
        try (FunctionGate.Call _ = other.gate("g").call()) {
            assertThrows(IllegalStateException.class, () -> begin(code, other));
            code.requireGoingOn();
            other.requireGoingOn();
        }
    }

    @Test
    void aCallInsideOfAUserKeepsIt() {
        Lifetime user = new Lifetime("user.o", "has been removed");
        FunctionGate caller = user.gate("caller");
        try (FunctionGate.Call _ = caller.call()) {
            IllegalStateException refusal =
                    assertThrows(
                            IllegalStateException.class,
                            () -> Ending.begin(List.of(code), List.of(user), () -> false));
            assertEquals(
                    "code.o stays as long as a call of 'caller' is inside of user.o",
                    refusal.getMessage());
        }
        Ending.begin(List.of(code), List.of(user), () -> false);
        user.requireGoingOn();
    }

    @Test
    void theWorkOfAUserKeepsIt() {
        Lifetime user = new Lifetime("user.o", "has been removed");
        user.beginWork();
        user.beginWork();
        user.endWork();
        IllegalStateException refusal =
                assertThrows(
                        IllegalStateException.class,
                        () -> Ending.begin(List.of(code), List.of(user), () -> false));
        assertEquals(
                "code.o stays as long as an initializer, a finalizer or replaced code of user.o runs",
                refusal.getMessage());
        code.requireGoingOn();
        user.endWork();
        Ending.begin(List.of(code), List.of(user), () -> false);
    }

    /** Whoever ends it decides itself when its finalizers run. */
    @Test
    void itsOwnWorkDoesNotKeepIt() {
        code.beginWork();
        begin(code);
        assertThrows(IllegalStateException.class, code::requireGoingOn);
    }

    @Test
    void whoCleansUpMayCall() throws Exception {
        begin(code);
        gate.call().close();
        ExecutionException refusal =
                assertThrows(ExecutionException.class, () -> elsewhere(gate::call));
        assertInstanceOf(IllegalStateException.class, refusal.getCause());
        assertThrows(IllegalStateException.class, code::requireGoingOn, "but nothing new");
        code.end();
        assertThrows(IllegalStateException.class, gate::call);
    }

    @Test
    void furtherThreadsThatCleanUpMayCall() throws Exception {
        Thread[] cleaner = new Thread[1];
        Ending.begin(List.of(code), List.of(), () -> Thread.currentThread() == cleaner[0]);
        assertEquals(
                1,
                elsewhere(
                        () -> {
                            cleaner[0] = Thread.currentThread();
                            gate.call().close();
                            return 1;
                        }));
    }

    @Test
    void anEndIsCancelled() {
        begin(code);
        code.cancelEnd();
        gate.call().close();
        begin(code);
        code.end();
        code.cancelEnd();
        assertThrows(IllegalStateException.class, gate::call, "what has ended has ended");
    }

    @Test
    void aSegmentInUseKeepsIt() {
        Arena arena = code.arena();
        assertSame(arena, code.arena());
        begin(code);
        assertTrue(arena.scope().isAlive());
        code.end();
        assertFalse(arena.scope().isAlive());
        code.end();
    }

    /** Seats of threads that have ended are used again. */
    @Test
    void manyThreadsTakeFewSeats() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            Thread thread = new Thread(() -> gate.call().close());
            thread.start();
            thread.join();
        }
        assertTrue(gate.seats().taken().isEmpty());
        begin(code);
    }

    @Test
    void threadsThatShareASlotHaveSeatsOfTheirOwn() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(100)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                calls.add(threads.submit(() -> gate.call().close()));
            }
            for (Future<?> call : calls) {
                call.get();
            }
            assertTrue(gate.seats().taken().size() > 32);
            assertFalse(gate.isInside());
        }
    }

    /** The code of a round, with a flag that is set when it is unmapped. */
    private static final class Round {
        final Lifetime lifetime = new Lifetime("round", "is over");
        final FunctionGate gate = lifetime.gate("f");
        volatile boolean unmapped;
    }

    private volatile Round current = new Round();
    private volatile boolean over;

    /** Counts the threads that have made a call; a busy machine may run them late. */
    private final CountDownLatch haveCalled = new CountDownLatch(2);

    /** Threads enter and leave as fast as they can while another thread ends lifetimes. */
    @Test
    void nothingIsUnmappedUnderACall() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> callers =
                    List.of(threads.submit(this::callAll), threads.submit(this::callAll));
            haveCalled.await();
            for (int i = 0; i < ROUNDS; i++) {
                Round round = current;
                endAtLast(round.lifetime);
                round.unmapped = true;
                current = new Round();
            }
            over = true;
            for (Future<Long> caller : callers) {
                assertTrue(caller.get() > 0, "calls");
            }
        }
    }

    private static void endAtLast(Lifetime lifetime) {
        while (true) {
            try {
                begin(lifetime);
                return;
            } catch (IllegalStateException busy) {
                Thread.onSpinWait();
            }
        }
    }

    private long callAll() {
        long calls = 0;
        while (!over) {
            Round round = current;
            try {
                for (int i = 0; i < 1_000; i++) {
                    Seat seat = FunctionGate.enter(round.gate);
                    for (int spin = 0; spin < 20; spin++) {
                        Thread.onSpinWait();
                    }
                    boolean unmapped = round.unmapped;
                    seat.leave();
                    assertFalse(unmapped, "unmapped under a call");
                    if (calls++ == 0) {
                        haveCalled.countDown();
                    }
                }
            } catch (IllegalStateException roundIsOver) {
                Thread.onSpinWait();
            }
        }
        return calls;
    }

    /** Decisions of other threads must not have to wait for one that has been made. */
    @Test
    void eachThreadMayDecideAfterAnother() throws Exception {
        Lifetime other = new Lifetime("other.o", "has been removed");
        elsewhere(
                () -> {
                    begin(code);
                    return 1;
                });
        begin(other);
        assertTrue(other.isEnding());
    }

    /** Who has been refused decides nothing any more, so another thread may. */
    @Test
    void aRefusedDecisionIsOverToo() throws Exception {
        try (FunctionGate.Call _ = gate.call()) {
            ExecutionException refused =
                    assertThrows(
                            ExecutionException.class,
                            () ->
                                    elsewhere(
                                            () -> {
                                                begin(code);
                                                return 1;
                                            }));
            assertInstanceOf(IllegalStateException.class, refused.getCause());
        }
        begin(code);
        assertTrue(code.isEnding());
    }

    /** What is ending already has been decided, whoever is inside of its users since. */
    @Test
    void whatIsEndingAlreadyIsNotRefused() {
        Lifetime user = new Lifetime("user.o", "has been removed");
        begin(code);
        try (FunctionGate.Call _ = user.gate("g").call()) {
            Ending.begin(List.of(code), List.of(user), () -> true);
        }
        assertTrue(code.isEnding());
        user.requireGoingOn();
    }

    /** One that is ending stays so when others are refused with it. */
    @Test
    void whatIsEndingAlreadyGoesOnEndingWhenOthersAreRefused() {
        Lifetime other = new Lifetime("other.o", "has been removed");
        begin(code);
        try (FunctionGate.Call _ = other.gate("g").call()) {
            IllegalStateException refusal =
                    assertThrows(IllegalStateException.class, () -> begin(code, other));
            assertEquals(
                    "other.o stays as long as a call of 'g' is inside of other.o",
                    refusal.getMessage());
        }
        assertTrue(code.isEnding());
        other.requireGoingOn();
    }

    @Test
    void aCallOfAnotherThreadKeepsIt() throws Exception {
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            FunctionGate.Call call = caller.submit(gate::call).get();
            assertThrows(IllegalStateException.class, () -> begin(code));
            code.requireGoingOn();
            caller.submit(call::close).get();
            begin(code);
        }
    }

    @Test
    void aGateKnowsWhetherOtherThreadsUseIt() throws Exception {
        gate.call().close();
        assertFalse(gate.isUsedElsewhere(), "this thread has called it");
        assertTrue(gate.first().belongsTo(Thread.currentThread().threadId()), "without the table");
        assertEquals(List.of(), gate.busy(), "and has returned");
        FunctionGate fresh = new Lifetime("fresh.o", "is closed").gate("g");
        try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
            caller.submit(() -> fresh.call().close()).get();
            assertTrue(fresh.isUsedElsewhere(), "the other one lives");
            assertEquals(1, fresh.seats().taken().size());
            assertEquals(true, caller.submit(() -> !fresh.isUsedElsewhere()).get());
            fresh.call().close();
            assertEquals(2, fresh.seats().taken().size());
            assertEquals(true, caller.submit(fresh::isUsedElsewhere).get());
            assertEquals(List.of(), fresh.busy());
            try (FunctionGate.Call _ = fresh.call()) {
                assertEquals(1, fresh.busy().size(), "the one that is inside");
            }
        }
    }

    /** Each thread finds its own seat again, also if it came after others of the same slot. */
    @Test
    void eachThreadHasOneSeat() throws Exception {
        int count = 70;
        List<ExecutorService> threads = new ArrayList<>();
        try {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < count; i++) {
                    if (round == 0) {
                        threads.add(Executors.newSingleThreadExecutor());
                    }
                    threads.get(i).submit(() -> gate.call().close()).get();
                }
                assertEquals(count, gate.seats().taken().size());
            }
            List<FunctionGate.Call> calls = new ArrayList<>();
            for (ExecutorService thread : threads) {
                calls.add(thread.submit(gate::call).get());
            }
            assertEquals(count, gate.busy().size());
            for (int i = 0; i < count; i++) {
                assertTrue(gate.isInside());
                threads.get(i).submit(calls.get(i)::close).get();
                assertEquals(count - i - 1, gate.busy().size());
            }
            assertFalse(gate.isInside());
        } finally {
            threads.forEach(ExecutorService::close);
        }
    }

    @Test
    void aSeatWhoseThreadHasEndedIsTakenByTheNextOneOfItsSlot() {
        Seat seat = new Seat(null);
        assertTrue(seat.isFree(), "nobody has had it");
        Thread here = Thread.currentThread();
        seat.take(here);
        assertFalse(seat.isFree());
        assertTrue(seat.belongsTo(here.threadId()));
        assertFalse(seat.belongsTo(here.threadId() + 1));
        seat.take(new Thread(() -> {}));
        assertTrue(seat.isFree(), "its thread does not run");
        assertFalse(seat.belongsTo(here.threadId()));
        Seat behind = new Seat(seat);
        assertSame(seat, behind.next());
        behind.enter();
        behind.enter();
        behind.leave();
        assertEquals(1, behind.count());
        assertEquals(0, seat.count());
    }

    @Test
    void withoutATraceNobodyKnowsWhereItWasClosed() {
        assertNull(Trace.here("code.o was removed"));
        begin(code);
        code.end();
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, code::requireGoingOn);
        assertNull(refusal.getCause());
        Throwable place = new Throwable("here");
        assertSame(place, Trace.closed("it is closed", place).getCause());
    }

    /** The calls of a thread have not been left if it has ended inside of them. */
    @Test
    void whoTakesTheSeatOfAThreadThatHasEndedInsideIsOutside() throws Exception {
        Thread inside =
                new Thread(
                        () -> {
                            Seat _ = FunctionGate.enter(gate);
                        });
        inside.start();
        inside.join();
        assertFalse(gate.isInside());
        gate.call().close();
        assertEquals(1, gate.seats().taken().size(), "the same seat");
        assertFalse(gate.isInside());
        begin(code);
    }

    /** The ids of threads go up, so the slots of the table come in turn. */
    @Test
    void aSeatOfTheTableIsTakenAgain() throws Exception {
        gate.call().close(); // this thread has the seat outside of the table
        Set<Seat> seats = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < 200; i++) {
            Thread thread =
                    new Thread(
                            () -> {
                                Seat seat = FunctionGate.enter(gate);
                                seat.leave();
                                seats.add(seat);
                            });
            thread.start();
            thread.join();
        }
        assertTrue(seats.size() <= 32, seats.size() + " seats");
        assertFalse(gate.isInside());
    }
}
