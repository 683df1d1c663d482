package dev.orcinus.loader.lifetime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a lifetime knows of its functions and segments, and what happens at its end. */
@Timeout(60)
final class LifetimeStateTest {
    private final Lifetime code = new Lifetime("code.o", "has been removed");
    private final Lifetime other = new Lifetime("other.o", "has been removed");

    private static void begin(Lifetime ending) {
        Ending.begin(List.of(ending), List.of(), () -> false);
    }

    @Test
    void stepsAreRunOnceWhenItHasEnded() {
        List<String> ran = new ArrayList<>();
        code.afterwards(() -> ran.add("first, ending " + code.isEnding()));
        code.afterwards(() -> ran.add("second"));
        begin(code);
        assertEquals(List.of(), ran, "clean-up runs");
        assertThrows(IllegalStateException.class, () -> code.afterwards(() -> {}));
        code.end();
        code.end();
        assertEquals(List.of("first, ending true", "second"), ran);
    }

    @Test
    void itsFunctionsAreThoseWithAGate() {
        assertEquals(List.of(), code.functions());
        code.gate("f");
        code.gate("g");
        code.gate("f");
        assertEquals(Set.of("f", "g"), Set.copyOf(code.functions()));
        begin(code);
        code.end();
        assertEquals(List.of(), code.functions());
    }

    @Test
    void segmentsThatAreGivenAwayEndWithTheOtherLifetime() {
        Arena arena = code.arena();
        code.giveArenaTo(other);
        begin(code);
        code.end();
        assertTrue(arena.scope().isAlive());
        assertEquals(arena, other.arena());
        begin(other);
        other.end();
        assertFalse(arena.scope().isAlive());
    }

    @Test
    void callsThatCannotBeRedirectedAreToldOf() {
        code.requireRedirectable();
        code.fixCalls();
        IllegalStateException refusal =
                assertThrows(IllegalStateException.class, code::requireRedirectable);
        assertEquals(
                "code.o has critical or unchecked handles, which cannot be given other code",
                refusal.getMessage());
    }

    /** Code that has been replaced stays until the calls have returned that were inside of it. */
    @Test
    void aPassageIsOverWhenTheCallsHaveReturned() throws Exception {
        FunctionGate gate = code.gate("f");
        assertTrue(code.passage().isOver(), "no call is inside");
        FunctionGate.Call call = gate.call();
        Passage passage = code.passage();
        assertFalse(passage.isOver());
        call.close();
        CompletableFuture<Void> end = new CompletableFuture<>();
        Thread later = new Thread(() -> callUntil(gate, end));
        later.start();
        while (!gate.isInside()) {
            Thread.sleep(1);
            Ending.shakeHands();
        }
        assertTrue(passage.isOver(), "a call that has begun since does not count");
        end.complete(null);
        later.join();
    }

    private static void callUntil(FunctionGate gate, CompletableFuture<Void> end) {
        try (FunctionGate.Call _ = gate.call()) {
            end.join();
        }
    }

    @Test
    void aPassageDoesNotWaitForThreadsThatHaveEndedInsideOfACall() throws Exception {
        FunctionGate gate = code.gate("f");
        CompletableFuture<Passage> during = new CompletableFuture<>();
        Thread inside =
                new Thread(
                        () -> {
                            Seat _ = FunctionGate.enter(gate);
                            during.complete(code.passage());
                        });
        inside.start();
        Passage passage = during.get();
        inside.join();
        assertTrue(passage.isOver());
    }

    /** Code in another process is ended whatever runs there. */
    @Test
    void anEndCanBeForced() throws Exception {
        FunctionGate gate = code.gate("f");
        try (FunctionGate.Call _ = gate.call()) {
            Ending.force(List.of(code), () -> false);
            assertTrue(code.isEnding());
            gate.call().close();
        }
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> elsewhere(gate::call));
        assertInstanceOf(IllegalStateException.class, refused.getCause());
        Ending.force(List.of(code), () -> true);
        assertThrows(
                ExecutionException.class,
                () -> elsewhere(gate::call),
                "one whose end has begun does not change");
    }

    /** A thread that asks while another one decides gets the decision, not a guess. */
    @Test
    void whoAsksWaitsForADecision() throws Exception {
        FunctionGate gate = code.gate("f");
        for (boolean ends : new boolean[] {false, true}) {
            assertTrue(code.putUnderDecision());
            assertFalse(code.putUnderDecision(), "one decision at a time");
            assertTrue(code.isEnding());
            CompletableFuture<String> answer = new CompletableFuture<>();
            Thread asker = new Thread(() -> answer.complete(ask(gate)));
            asker.start();
            while (asker.getState() != Thread.State.WAITING) {
                Thread.sleep(1);
            }
            asker.interrupt(); // does not end the wait
            assertFalse(answer.isDone());
            if (ends) {
                code.beginToEnd(() -> false);
            } else {
                code.cancelEnd();
            }
            assertEquals(ends ? "refused, interrupted" : "called, interrupted", answer.get());
            assertFalse(gate.isInside());
        }
    }

    @Test
    void whoNeedsItToGoOnWaitsForADecisionToo() throws Exception {
        assertTrue(code.putUnderDecision());
        CompletableFuture<FunctionGate> gate = new CompletableFuture<>();
        Thread asker =
                new Thread(
                        () -> {
                            try {
                                gate.complete(code.gate("f"));
                            } catch (IllegalStateException e) {
                                gate.completeExceptionally(e);
                            }
                        });
        asker.start();
        while (asker.getState() != Thread.State.WAITING && !gate.isDone()) {
            Thread.sleep(1);
        }
        code.cancelEnd();
        assertEquals("f", gate.get().function());
        asker.join();
    }

    private static String ask(FunctionGate gate) {
        String answer;
        try (FunctionGate.Call _ = gate.call()) {
            answer = gate.isInside() ? "called" : "called, and not counted";
        } catch (IllegalStateException e) {
            answer = "refused";
        }
        return answer + (Thread.currentThread().isInterrupted() ? ", interrupted" : "");
    }

    private static <T> T elsewhere(Callable<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                result.complete(work.call());
                            } catch (Exception e) {
                                result.completeExceptionally(e);
                            }
                        });
        thread.start();
        thread.join();
        return result.get();
    }
}
