package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.protocol.LineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests in which time passes only while the reader sleeps. */
final class IdleWatchTest {
    private static final int FOR_EVER = -1;
    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    private long nowMillis = 1_000_000;
    private Activity activity = Activity.EMPTY;
    private final List<Long> nudgedAt = new ArrayList<>();

    private IdleWatch watch(boolean socket, Duration handshake, Duration idle) {
        SessionOptions options =
                new SessionOptions(handshake, idle, Duration.ofSeconds(5), Duration.ZERO);
        return new IdleWatch(
                socket,
                options,
                () -> activity,
                () -> nudgedAt.add(nowMillis),
                () -> nowMillis * 1_000_000);
    }

    private IdleWatch onSocket(Duration idle) {
        return watch(true, HANDSHAKE, idle);
    }

    /** Sleeps as long as it may. */
    private void sleep(IdleWatch watch) throws LineException {
        nowMillis += watch.patienceMillis();
        watch.onIdle();
    }

    private void sleepUntil(IdleWatch watch, long millis) throws LineException {
        while (nowMillis < millis) {
            sleep(watch);
        }
    }

    @Test
    void aControllerOnASocketThatNeverSpeaksLosesTheLine() throws LineException {
        IdleWatch watch = onSocket(Duration.ZERO);
        assertEquals(30_000, watch.patienceMillis());
        nowMillis += 29_999;
        watch.onIdle();
        assertEquals(1, watch.patienceMillis());
        nowMillis++;
        LineException end = assertThrows(LineException.class, watch::onIdle);
        assertEquals("the controller has said nothing for 30000 ms", end.getMessage());
        assertEquals(List.of(), nudgedAt);
    }

    @Test
    void silenceInsideOfTheFirstFrameIsLimitedAsTheTimeBeforeIt() {
        IdleWatch watch = onSocket(Duration.ZERO);
        assertEquals(30_000, watch.patienceInFrameMillis());
        watch.onTraffic(); // the header of the first frame
        assertEquals(30_000, watch.patienceInFrameMillis());
        watch.onTraffic();
        assertEquals(FOR_EVER, watch.patienceInFrameMillis());
    }

    @Test
    void silenceInsideOfAFrameIsLimitedWhateverRuns() {
        for (Activity doing : Activity.values()) {
            activity = doing;
            IdleWatch watch = onSocket(Duration.ofMillis(700));
            assertEquals(700, watch.patienceInFrameMillis());
            watch.onTraffic();
            watch.onTraffic();
            assertEquals(700, watch.patienceInFrameMillis());
        }
        assertEquals(700, watch(false, HANDSHAKE, Duration.ofMillis(700)).patienceInFrameMillis());
        assertEquals(FOR_EVER, watch(false, HANDSHAKE, Duration.ZERO).patienceInFrameMillis());
        assertEquals(1, onSocket(Duration.ofNanos(1)).patienceInFrameMillis());
    }

    @Test
    void withoutAHandshakeLimitItMayBeSilentForEver() {
        assertEquals(FOR_EVER, watch(true, Duration.ZERO, Duration.ZERO).patienceMillis());
    }

    @Test
    void overPipesNothingIsLimitedUnlessAsked() throws LineException {
        IdleWatch watch = watch(false, HANDSHAKE, Duration.ZERO);
        assertEquals(FOR_EVER, watch.patienceMillis());
        watch.onTraffic();
        assertEquals(FOR_EVER, watch.patienceMillis());
        activity = Activity.BUSY;
        assertEquals(FOR_EVER, watch.patienceMillis());
        nowMillis += 1_000_000;
        watch.onIdle();
        assertEquals(List.of(), nudgedAt);
    }

    @Test
    void anIdleLimitHoldsOverPipesToo() throws LineException {
        IdleWatch watch = watch(false, HANDSHAKE, Duration.ofMinutes(1));
        watch.onTraffic();
        assertEquals(60_000, watch.patienceMillis());
        nowMillis += 60_000;
        assertThrows(LineException.class, watch::onIdle);
    }

    @Test
    void trafficMakesTheIdleLimitBeginAnew() {
        IdleWatch watch = watch(false, HANDSHAKE, Duration.ofMinutes(1));
        watch.onTraffic();
        nowMillis += 59_000;
        watch.onTraffic();
        assertEquals(60_000, watch.patienceMillis());
    }

    @Test
    void anEmptySessionIsNudgedSoonThenMoreAndMoreRarely() throws LineException {
        IdleWatch watch = onSocket(Duration.ZERO);
        watch.onTraffic();
        long start = nowMillis;
        sleepUntil(watch, start + 600_000);
        List<Long> gaps = new ArrayList<>();
        long last = start;
        for (long at : nudgedAt) {
            gaps.add(at - last);
            last = at;
        }
        assertEquals(
                List.of(50L, 100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 12800L, 25600L, 51200L),
                gaps.subList(0, 11));
        assertEquals(List.of(60000L, 60000L, 60000L), gaps.subList(11, 14));
    }

    @Test
    void aSessionThatHoldsMemoryIsNudgedLater() throws LineException {
        activity = Activity.HOLDING;
        IdleWatch watch = onSocket(Duration.ZERO);
        watch.onTraffic();
        assertEquals(1_000, watch.patienceMillis());
        sleep(watch);
        assertEquals(1, nudgedAt.size());
        assertEquals(2_000, watch.patienceMillis());
    }

    @Test
    void trafficStartsAllOver() throws LineException {
        IdleWatch watch = onSocket(Duration.ZERO);
        watch.onTraffic();
        for (int i = 0; i < 5; i++) {
            sleep(watch);
        }
        assertEquals(1600, watch.patienceMillis());
        watch.onTraffic();
        assertEquals(50, watch.patienceMillis());
    }

    @Test
    void wakingTooEarlyDoesNothing() throws LineException {
        IdleWatch watch = onSocket(Duration.ofSeconds(10));
        watch.onTraffic();
        nowMillis += 49;
        watch.onIdle();
        assertEquals(List.of(), nudgedAt);
        assertEquals(1, watch.patienceMillis());
    }

    @Test
    void anAnswerToANudgeIsNoTraffic() throws LineException {
        IdleWatch watch = onSocket(Duration.ofSeconds(10));
        watch.onTraffic();
        long start = nowMillis;
        LineException end =
                assertThrows(LineException.class, () -> sleepUntil(watch, start + 20_000));
        assertEquals("the controller has said nothing for 10000 ms", end.getMessage());
        assertEquals(start + 10_000, nowMillis);
    }

    @Test
    void runningCodeIsNeitherNudgedNorLimited() throws LineException {
        activity = Activity.BUSY;
        IdleWatch watch = onSocket(Duration.ofSeconds(10));
        watch.onTraffic();
        sleepUntil(watch, nowMillis + 3_600_000);
        assertEquals(List.of(), nudgedAt);
    }

    @Test
    void whileCodeRunsItsEndIsLookedForMoreAndMoreRarely() throws LineException {
        activity = Activity.BUSY;
        IdleWatch watch = onSocket(Duration.ZERO);
        watch.onTraffic();
        List<Integer> sleeps = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int patience = watch.patienceMillis();
            sleeps.add(patience);
            nowMillis += patience;
            watch.onIdle();
        }
        assertEquals(List.of(20, 40, 80, 160, 320, 640, 1000, 1000), sleeps);
    }

    @Test
    void silenceCountsFromTheEndOfWhatRan() throws LineException {
        activity = Activity.BUSY;
        IdleWatch watch = onSocket(Duration.ofSeconds(10));
        watch.onTraffic();
        sleepUntil(watch, nowMillis + 60_000);
        watch.patienceMillis();
        long end = nowMillis;
        activity = Activity.HOLDING;
        nowMillis += 9_999;
        watch.onIdle();
        assertEquals(1, watch.patienceMillis());
        nowMillis = end + 10_000;
        assertThrows(LineException.class, watch::onIdle);
    }

    @Test
    void aControllerThatMayHangIsNudgedSoonAfterACallThatRanLong() throws LineException {
        activity = Activity.BUSY;
        IdleWatch watch = onSocket(Duration.ZERO);
        watch.onTraffic();
        sleepUntil(watch, nowMillis + 60_000);
        watch.patienceMillis();
        activity = Activity.EMPTY;
        watch.onIdle();
        assertEquals(List.of(), nudgedAt);
        int patience = watch.patienceMillis();
        assertTrue(patience > 0 && patience <= 50, "patience is " + patience + " ms");
        sleep(watch);
        assertEquals(List.of(nowMillis), nudgedAt);
    }

    /** The thread that works has read the line before, and nobody has read it meanwhile. */
    @Test
    void theTimeOfWorkDuringWhichNobodyReadIsNoSilence() throws LineException {
        activity = Activity.HOLDING;
        IdleWatch watch = onSocket(Duration.ofSeconds(10));
        watch.onTraffic();
        nowMillis += 60_000;
        watch.onWorkDone();
        assertEquals(1_000, watch.patienceMillis(), "the nudge does not come at once either");
        long end = nowMillis + 10_000;
        watch.onIdle();
        assertEquals(List.of(), nudgedAt);
        assertThrows(LineException.class, () -> sleepUntil(watch, end + 1));
        assertEquals(end, nowMillis);
    }

    @Test
    void theLongestLimitDoesNotOverflow() {
        IdleWatch watch = onSocket(Duration.ofDays(365));
        watch.onTraffic();
        assertEquals(50, watch.patienceMillis());
        assertEquals(
                Integer.MAX_VALUE,
                watch(true, Duration.ofDays(365), Duration.ZERO).patienceMillis());
    }
}
