package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests which calls have a limit. Times run out in the order in which they have begun, so the first
 * one that does tells that those before it have been ended.
 */
@Timeout(60)
final class CallLimitTest {
    private static final Duration DURATION = Duration.ofSeconds(2);

    private final List<Object> ended = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch isEnded = new CountDownLatch(1);
    private final CallLimit limit =
            CallLimit.of(
                    (IsolatedGuest)
                            Proxy.newProxyInstance(
                                    IsolatedGuest.class.getClassLoader(),
                                    new Class<?>[] {IsolatedGuest.class},
                                    (_, method, arguments) -> end(method.getName(), arguments[0])),
                    DURATION,
                    ended::add);

    private Object end(String call, Object how) {
        assertEquals("kill", call);
        ended.add(how);
        isEnded.countDown();
        return null;
    }

    @AfterEach
    void close() {
        limit.close();
    }

    private void assertThisThreadIsTheFirstWhoseTimeIsUp() throws InterruptedException {
        isEnded.await();
        GuestEnd timedOut = new GuestEnd.TimedOut(DURATION);
        assertEquals(List.of(Thread.currentThread(), timedOut), ended.subList(0, 2));
    }

    private static void runOnOther(Runnable work) throws InterruptedException {
        Thread other = new Thread(work);
        other.start();
        other.join();
    }

    @Test
    void aPieceOfWorkHasOneLimitForAllItsCalls() throws Exception {
        limit.beginWork();
        limit.enter();
        limit.leave();
        runOnOther(
                () -> {
                    limit.beginWork();
                    limit.enter();
                });
        assertThisThreadIsTheFirstWhoseTimeIsUp();
    }

    @Test
    void workThatHasEndedHasNoLimit() throws Exception {
        runOnOther(
                () -> {
                    limit.beginWork();
                    limit.enter();
                    limit.leave();
                    limit.endWork();
                });
        limit.beginWork();
        limit.enter();
        assertThisThreadIsTheFirstWhoseTimeIsUp();
    }

    /** It serves a call of a thread that guest code has made, and lives on. */
    @Test
    void aThreadWithoutWorkHasTheLimitForEachCall() throws Exception {
        runOnOther(
                () -> {
                    limit.enter();
                    limit.enter();
                    limit.leave();
                    limit.leave();
                    limit.enter();
                    limit.leave();
                });
        limit.enter();
        limit.enter();
        limit.leave();
        assertThisThreadIsTheFirstWhoseTimeIsUp();
    }

    @Test
    void workWithoutGuestCodeHasNoLimit() throws Exception {
        runOnOther(limit::beginWork);
        limit.beginWork();
        limit.endWork();
        limit.endWork();
        limit.leave();
        limit.enter();
        assertThisThreadIsTheFirstWhoseTimeIsUp();
    }
}
