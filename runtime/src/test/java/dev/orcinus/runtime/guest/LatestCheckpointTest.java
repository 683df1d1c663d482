package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.runtime.GuestBooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests the last state of a guest that has been noted. */
final class LatestCheckpointTest {
    private final List<String> happened = new ArrayList<>();
    private final CheckpointedProcess process = new CheckpointedProcess(happened);
    private final LatestCheckpoint latest = new LatestCheckpoint(process.guest());

    private void end() {
        process.end = Optional.of(CheckpointedProcess.CRASH);
    }

    @Test
    void theNextStateTakesThePlaceOfTheLastOne() {
        assertFalse(latest.isThere());
        assertFalse(latest.isCurrent());
        latest.note();
        assertTrue(latest.isThere());
        assertTrue(latest.isCurrent());
        process.hasRunSince = true;
        assertFalse(latest.isCurrent());
        latest.note();
        assertEquals(List.of("closed 1"), happened);
        assertEquals(2, latest.taken());
    }

    @Test
    void theBooksReturnWithTheGuestToWhatTheySaidThen() throws HostCallException {
        List<String> book = new ArrayList<>(List.of("a"));
        latest.add(
                () -> {
                    List<String> then = List.copyOf(book);
                    return () -> {
                        book.clear();
                        book.addAll(then);
                    };
                });
        latest.note();
        book.add("b");
        end();
        latest.restore();
        assertEquals(List.of("a"), book);
        assertEquals(List.of("restored 1"), happened);
        assertFalse(latest.isThere(), "it is used up");
    }

    @Test
    void theProblemsOfAllBooksAreTaken() {
        for (String problem : List.of("one", "two")) {
            latest.add(
                    new GuestBooks() {
                        @Override
                        public Runnable state() {
                            return () -> {};
                        }

                        @Override
                        public List<String> takeProblems() {
                            return List.of(problem);
                        }
                    });
        }
        assertEquals(List.of("one", "two"), latest.takeProblems());
    }

    @Test
    void aStateStaysIfAnotherCannotBeTriedNow() {
        latest.note();
        process.hasThreads = true;
        latest.note();
        end();
        process.hasThreads = false;
        latest.note();
        assertEquals(List.of(), happened);
        assertEquals(1, latest.taken());
    }

    @Test
    void aStateGoesIfAnotherFails() {
        latest.note();
        process.refusal = "too many processes";
        latest.note();
        assertFalse(latest.isThere());
        assertEquals(List.of("closed 1"), happened);
        assertEquals(
                "no state of it has been noted: fork: too many processes (errno 11)",
                latest.problem());
    }

    @Test
    void theReasonIsTheLastOneForWhichThereIsNone() throws HostCallException {
        assertEquals("no state of it has been noted", latest.problem());
        process.hasThreads = true;
        latest.note();
        String threads = "no state of it has been noted: guest code has threads of its own";
        assertEquals(threads, latest.problem());
        latest.notNoted("other work");
        assertEquals("no state of it has been noted: other work", latest.problem());
        process.hasThreads = false;
        latest.note();
        latest.notNoted("a state is there");
        end();
        latest.restore();
        assertEquals("no state of it has been noted", latest.problem());
    }

    @Test
    void allPiecesSinceAreUndoneUnlessNothingHasRun() throws HostCallException {
        latest.note();
        assertEquals(0, latest.undone());
        process.hasRunSince = true;
        assertEquals(1, latest.undone());
        latest.countPiece();
        latest.countPiece();
        assertEquals(3, latest.undone());
        latest.note();
        process.hasRunSince = true;
        assertEquals(1, latest.undone(), "since another state");
    }

    @Test
    void piecesBeforeTheGuestHasReturnedCountNoMore() throws HostCallException {
        latest.note();
        process.hasRunSince = true;
        latest.countPiece();
        end();
        latest.restore();
        latest.noteAfterReturn();
        process.hasRunSince = true;
        assertEquals(1, latest.undone());
    }

    @Test
    void aStateIsOutdatedUntilAnotherIsNoted() {
        latest.outdate();
        assertFalse(latest.isOutdated(), "there is none");
        latest.note();
        latest.outdate();
        assertFalse(latest.isOutdated(), "the guest is in it");
        process.hasRunSince = true;
        latest.outdate();
        assertTrue(latest.isOutdated());
        latest.note();
        assertFalse(latest.isOutdated());
    }

    @Test
    void oneThatIsUsedUpIsOutdatedIfNoneTakesItsPlace() throws HostCallException {
        latest.note();
        end();
        latest.restore();
        process.hasThreads = true;
        latest.noteAfterReturn();
        assertTrue(latest.isOutdated());
        process.hasThreads = false;
        latest.noteAfterReturn();
        assertFalse(latest.isOutdated());
    }

    @Test
    void aStateThatCannotBeRestoredIsThereToBeClosed() {
        latest.note();
        process.refusal = "the copy has ended";
        assertThrows(HostCallException.class, latest::restore);
        latest.close();
        latest.close();
        assertEquals(List.of("closed 1"), happened);
    }
}
