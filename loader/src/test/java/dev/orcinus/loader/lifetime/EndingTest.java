package dev.orcinus.loader.lifetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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

    /** Threads enter and leave as fast as they can while another thread ends lifetimes. */
    @Test
    void nothingIsUnmappedUnderACall() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Future<Long>> callers =
                    List.of(threads.submit(this::callAll), threads.submit(this::callAll));
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
                    calls++;
                }
            } catch (IllegalStateException roundIsOver) {
                Thread.onSpinWait();
            }
        }
        return calls;
    }
}
