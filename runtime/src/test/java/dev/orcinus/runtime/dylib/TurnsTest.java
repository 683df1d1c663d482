package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TurnsTest {
    private static final DylibState ONE = dylib("one", 1);
    private static final DylibState TWO = dylib("two", 2);
    private static final DylibState THREE = dylib("three", 3);

    private final Turns turns = new Turns();

    private static DylibState dylib(String name, long handle) {
        return new DylibState(name, new ExecutorAddress(handle));
    }

    /** A thread that does its tasks one after the other. */
    private final class Worker {
        private final BlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
        private final Thread thread = Thread.ofPlatform().daemon().start(this::run);

        private void run() {
            try {
                while (true) {
                    work.take().run();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        private CompletableFuture<Boolean> does(BooleanSupplier what) {
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            work.add(() -> result.complete(what.getAsBoolean()));
            return result;
        }

        CompletableFuture<Boolean> begins(DylibState dylib) {
            return does(() -> turns.take(dylib));
        }

        boolean takes(DylibState dylib) throws Exception {
            return result(begins(dylib));
        }

        boolean has(DylibState dylib) throws Exception {
            return result(does(() -> turns.isMine(dylib)));
        }

        void givesBack(DylibState dylib) throws Exception {
            result(
                    does(
                            () -> {
                                turns.giveBack(dylib);
                                return true;
                            }));
        }

        /** Begins to take a turn that another thread has; returns when this one sleeps. */
        CompletableFuture<Boolean> waitsFor(DylibState dylib) throws InterruptedException {
            CompletableFuture<Boolean> taking = begins(dylib);
            awaitWaiting(taking);
            return taking;
        }

        void awaitWaiting(CompletableFuture<Boolean> taking) throws InterruptedException {
            while (!sleepsInTake()) {
                assertFalse(taking.isDone(), "it does not wait");
                Thread.sleep(1);
            }
        }

        private boolean sleepsInTake() {
            String turnsClass = Turns.class.getName();
            return List.of(thread.getStackTrace()).stream()
                            .anyMatch(frame -> frame.getClassName().equals(turnsClass))
                    && thread.getState() == Thread.State.WAITING;
        }
    }

    private static boolean result(CompletableFuture<Boolean> taking) throws Exception {
        return taking.get(30, TimeUnit.SECONDS);
    }

    /** Gives all turns back, so that no thread waits. */
    @AfterEach
    void giveAllBack() {
        List.of(ONE, TWO, THREE).forEach(turns::giveBack);
    }

    @Test
    void aTurnBelongsToOneThreadUntilItIsGivenBack() throws Exception {
        Worker first = new Worker();
        Worker second = new Worker();
        assertFalse(turns.isTaken(ONE));
        assertTrue(first.takes(ONE));
        assertTrue(turns.isTaken(ONE));
        assertTrue(first.has(ONE));
        assertFalse(second.has(ONE));
        CompletableFuture<Boolean> taking = second.waitsFor(ONE);
        first.givesBack(ONE);
        assertTrue(result(taking));
        assertTrue(second.has(ONE));
        assertFalse(first.has(ONE));
        second.givesBack(ONE);
        assertFalse(turns.isTaken(ONE));
    }

    @Test
    void aThreadDoesNotWaitForItself() throws Exception {
        Worker worker = new Worker();
        assertTrue(worker.takes(ONE));
        assertFalse(worker.takes(ONE));
        assertTrue(worker.has(ONE), "it still has the turn that the first call took");
    }

    @Test
    void turnsOfDifferentDylibsAreIndependent() throws Exception {
        Worker worker = new Worker();
        assertTrue(worker.takes(ONE));
        assertTrue(worker.takes(TWO));
        worker.givesBack(ONE);
        assertFalse(turns.isTaken(ONE));
        assertTrue(worker.has(TWO));
        assertTrue(new Worker().takes(ONE));
    }

    /**
     * The thread that sleeps first wants another dylib, so all sleeping threads have to be woken.
     */
    @Test
    void eachTurnGoesToAThreadThatWaitsForIt() throws Exception {
        Worker owner = new Worker();
        assertTrue(owner.takes(ONE));
        assertTrue(owner.takes(TWO));
        CompletableFuture<Boolean> first = new Worker().waitsFor(ONE);
        CompletableFuture<Boolean> second = new Worker().waitsFor(TWO);
        owner.givesBack(TWO);
        assertTrue(result(second));
        assertFalse(first.isDone());
        owner.givesBack(ONE);
        assertTrue(result(first));
    }

    @Test
    void twoThreadsThatHaveWhatTheOtherWantsDoNotBothWait() throws Exception {
        Worker first = new Worker();
        Worker second = new Worker();
        assertTrue(first.takes(ONE));
        assertTrue(second.takes(TWO));
        CompletableFuture<Boolean> taking = first.waitsFor(TWO);
        assertFalse(second.takes(ONE));
        assertFalse(taking.isDone());
        second.givesBack(TWO);
        assertTrue(result(taking));
        assertTrue(first.has(ONE) && first.has(TWO));
    }

    @Test
    void aCircleOfThreeIsFound() throws Exception {
        Worker first = new Worker();
        Worker second = new Worker();
        Worker third = new Worker();
        assertTrue(first.takes(ONE));
        assertTrue(second.takes(TWO));
        assertTrue(third.takes(THREE));
        CompletableFuture<Boolean> takingTwo = first.waitsFor(TWO);
        CompletableFuture<Boolean> takingThree = second.waitsFor(THREE);
        assertFalse(third.takes(ONE));
        third.givesBack(THREE);
        assertTrue(result(takingThree));
        second.givesBack(TWO);
        assertTrue(result(takingTwo));
    }

    @Test
    void aThreadWaitsForOneThatWaitsForAThird() throws Exception {
        Worker first = new Worker();
        Worker second = new Worker();
        Worker third = new Worker();
        assertTrue(first.takes(ONE));
        assertTrue(second.takes(TWO));
        CompletableFuture<Boolean> takingOne = second.waitsFor(ONE);
        CompletableFuture<Boolean> takingTwo = third.waitsFor(TWO);
        first.givesBack(ONE);
        assertTrue(result(takingOne));
        second.givesBack(TWO);
        assertTrue(result(takingTwo));
    }

    /** In a second round no thread counts as waiting because of an earlier wait. */
    @Test
    void aWaitThatIsOverIsForgotten() throws Exception {
        Worker first = new Worker();
        Worker second = new Worker();
        assertTrue(first.takes(ONE));
        assertTrue(second.takes(TWO));
        CompletableFuture<Boolean> taking = first.waitsFor(TWO);
        second.givesBack(TWO);
        assertTrue(result(taking));
        first.givesBack(TWO);
        assertTrue(second.takes(TWO));
        CompletableFuture<Boolean> takingOne = second.waitsFor(ONE);
        first.givesBack(ONE);
        assertTrue(result(takingOne));
    }

    @Test
    void anInterruptEndsNoWaitAndIsKept() throws Exception {
        Worker owner = new Worker();
        Worker other = new Worker();
        assertTrue(owner.takes(ONE));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Boolean> taking =
                other.does(
                        () -> {
                            boolean taken = turns.take(ONE);
                            interrupted.complete(Thread.interrupted());
                            return taken;
                        });
        other.awaitWaiting(taking);
        other.thread.interrupt();
        while (other.thread.isInterrupted()) {
            Thread.sleep(1);
        }
        other.awaitWaiting(taking);
        assertTrue(owner.has(ONE));
        owner.givesBack(ONE);
        assertTrue(result(taking));
        assertTrue(result(interrupted));
    }
}
