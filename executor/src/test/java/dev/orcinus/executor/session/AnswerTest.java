package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.runtime.guest.GuestRuntime;
import dev.orcinus.runtime.guest.GuestThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests when the result of work aside is known. */
@Timeout(60)
final class AnswerTest {
    private static final WrapperFunctionResult EARLY = WrapperFunctionResult.of(new byte[] {1});
    private static final WrapperFunctionResult LAST = WrapperFunctionResult.of(new byte[] {2});
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final GuestThreads threads = new GuestRuntime(new FakeGuest()).threads();

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theResultMayBeKnownBeforeTheWorkEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        Answer answer =
                Answer.asideEarly(
                        early -> {
                            early.accept(EARLY);
                            await(end);
                            return LAST;
                        });
        CompletableFuture<WrapperFunctionResult> result =
                answer.orGuestEnd(Replies::error).startAside(threads);
        assertEquals(EARLY, result.get());
        assertEquals(1, threads.running());
        end.countDown();
        assertTrue(threads.awaitIdle(LIMIT));
        assertEquals(EARLY, result.get());
    }

    @Test
    void elseItIsKnownWhenTheWorkHasEnded() throws Exception {
        assertEquals(LAST, Answer.asideEarly(_ -> LAST).startAside(threads).get());
        assertEquals(0, threads.running());
        assertEquals(LAST, Answer.asideEarly(_ -> LAST).work().run());
        CompletableFuture<WrapperFunctionResult> bug =
                Answer.asideEarly(_ -> sneak(new IllegalStateException())).startAside(threads);
        ExecutionException thrown = assertThrows(ExecutionException.class, bug::get);
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
    }

    /** A caller in the guest has to see that the guest has ended. */
    @Test
    void whoWaitsGetsTheResultOrWhatTheWorkHasThrown() {
        assertEquals(LAST, Answer.aside(() -> LAST).await(threads));
        assertEquals(LAST, Answer.onGuestThread(() -> LAST).await(threads));
        GuestGoneException gone = new GuestGoneException(new GuestEnd.Exited(3));
        Answer answer = Answer.asideEarly(_ -> sneak(gone));
        assertEquals(gone, assertThrows(GuestGoneException.class, () -> answer.await(threads)));
    }

    private static WrapperFunctionResult sneak(RuntimeException e) {
        throw e;
    }
}
