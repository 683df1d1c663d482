package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests how a guest that has returned is made to forget destructors. */
final class RestoredDestructorsTest {
    private static final long PAGE_BYTES = 0x1000;

    private final List<String> happened = new ArrayList<>();
    private final CheckpointedProcess process = new CheckpointedProcess(happened);
    private final LatestCheckpoint latest = new LatestCheckpoint(process.guest());
    private final RestoredDestructors destructors =
            new RestoredDestructors(process.guest(), latest);

    private static AddressRange page(long address) {
        return AddressRange.of(new ExecutorAddress(address), PAGE_BYTES);
    }

    private void forget() throws HostCallException {
        destructors.restored();
        destructors.forget(CheckpointedProcess.CRASH);
    }

    @Test
    void theyAreThereUntilTheyHaveRun() {
        assertFalse(destructors.areThere());
        destructors.restored();
        assertTrue(destructors.areThere());
        destructors.haveRun();
        assertFalse(destructors.areThere());
    }

    @Test
    void theLastStateHasThoseThatHaveRunUntilAnotherOneIsNoted() {
        assertFalse(destructors.haveRunSinceState());
        latest.note();
        destructors.haveRun();
        assertFalse(destructors.haveRunSinceState(), "there were none");
        process.hasRunSince = true;
        destructors.haveRun();
        assertTrue(destructors.haveRunSinceState());
        latest.note();
        assertFalse(destructors.haveRunSinceState());
    }

    @Test
    void thoseInCodeAndInCodeThatHasGoneAreForgotten() throws HostCallException {
        destructors.setCode(() -> List.of(page(0x1000)));
        destructors.noteGone(new ExecutorAddress(0x7018));
        forget();
        assertEquals(List.of("forgotten " + List.of(page(0x1000), page(0x7000))), happened);
        assertFalse(destructors.areThere());
    }

    @Test
    void nothingIsForgottenIfThereAreNone() throws HostCallException {
        destructors.forget(CheckpointedProcess.CRASH);
        assertEquals(List.of(), happened);
        assertEquals(0, latest.taken());
    }

    @Test
    void nothingIsForgottenWithoutAStateToReturnTo() throws HostCallException {
        process.hasThreads = true;
        forget();
        assertEquals(List.of(), happened);
        assertTrue(destructors.areThere());
    }

    @Test
    void aGuestThatEndsMeanwhileReturnsAndTheyStay() throws HostCallException {
        process.endsWhenForgetting = true;
        forget();
        assertEquals(List.of("forgotten []", "restored 1"), happened);
        assertTrue(destructors.areThere());
        assertEquals(Optional.empty(), process.end);
    }

    @Test
    void eachCrashThatTellsOfMoreGoneCodeIsFollowedByAnotherTry() throws HostCallException {
        process.whenForgetting =
                () -> {
                    if (latest.taken() == 1) {
                        destructors.noteGone(new ExecutorAddress(0x5000));
                        process.end = Optional.of(CheckpointedProcess.CRASH);
                    }
                };
        forget();
        assertEquals(
                List.of("forgotten []", "restored 1", "forgotten " + List.of(page(0x5000))),
                happened);
        assertFalse(destructors.areThere());
    }

    /** A destructor that goes on at random addresses would be tried without end. */
    @Test
    void triesEnd() throws HostCallException {
        process.whenForgetting =
                () -> {
                    destructors.noteGone(new ExecutorAddress(PAGE_BYTES * (1 + latest.taken())));
                    process.end = Optional.of(CheckpointedProcess.CRASH);
                };
        forget();
        assertEquals(16, latest.taken());
        assertTrue(destructors.areThere());
    }

    @Test
    void goneCodeIsKnownUntilItIsCleared() throws HostCallException {
        destructors.noteGone(new ExecutorAddress(0x5000));
        destructors.clearGone();
        forget();
        assertEquals(List.of("forgotten []"), happened);
    }
}
