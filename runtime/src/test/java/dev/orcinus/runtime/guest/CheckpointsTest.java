package dev.orcinus.runtime.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.runtime.GuestBooks;
import dev.orcinus.runtime.guest.Checkpoints.Work;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests when a guest's state is noted, and what happens when the guest ends. */
final class CheckpointsTest {
    private static final GuestEnd CRASH = CheckpointedProcess.CRASH;

    private static final long LIMIT_MILLIS = 60_000;

    private final List<String> happened = new ArrayList<>();
    private final CheckpointedProcess process = new CheckpointedProcess(happened);
    private final Checkpoints checkpoints = of(CheckpointOptions.DEFAULT);
    private Runnable whileTold = () -> {};
    private Consumer<Runnable> whenDueSoon = Runnable::run;
    private volatile Runnable afterwards = () -> {};

    private Checkpoints of(CheckpointOptions options) {
        return new Checkpoints(
                process.guest(),
                options,
                new Checkpoints.Listener() {
                    @Override
                    public Runnable survived(GuestEnd end, Work during, int undone) {
                        tell("survived " + during + " " + undone);
                        return afterwards;
                    }

                    @Override
                    public Runnable lost(GuestEnd end, String problem) {
                        tell("lost: " + problem);
                        return afterwards;
                    }

                    @Override
                    public Runnable incomplete(String problem) {
                        return () -> tell("incomplete: " + problem);
                    }
                },
                work -> whenDueSoon.accept(work));
    }

    private void tell(String what) {
        happened.add(what);
        whileTold.run();
    }

    @BeforeEach
    void haveFirstThread() {
        checkpoints.watch();
        checkpoints.hasFirstThread();
    }

    /** A lock that is not given back would stop all other threads of the session. */
    @AfterEach
    void othersAreNotHeldUp() throws InterruptedException {
        Thread other = new Thread(checkpoints::isReady);
        other.setDaemon(true);
        other.start();
        other.join(LIMIT_MILLIS);
        assertFalse(other.isAlive(), "another thread waits for the lock");
    }

    private List<String> take() {
        List<String> all = List.copyOf(happened);
        happened.clear();
        return all;
    }

    /** Runs guest code in a piece of work. */
    private void run() {
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        process.hasRunSince = true;
        checkpoints.end();
    }

    /** Has the guest end in a piece of work. */
    private void crashInWork() {
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        process.hasRunSince = true;
        process.crash();
        assertEquals(List.of(), happened.stream().filter(s -> s.startsWith("surv")).toList());
        checkpoints.end();
    }

    @Test
    void eachPieceOfWorkNotesTheStateOnceAndGivesTheLastOneUp() {
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        process.hasRunSince = true;
        checkpoints.beforeGuestCode();
        checkpoints.end();
        assertEquals(1, checkpoints.taken(), "once in a piece");
        run();
        assertEquals(2, checkpoints.taken());
        assertEquals(List.of("closed 1"), take());
        assertTrue(checkpoints.isReady());
    }

    @Test
    void aStateThatIsCurrentIsUsedAgain() {
        run();
        process.hasRunSince = false;
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        checkpoints.end();
        assertEquals(1, checkpoints.taken());
    }

    @Test
    void aPieceThatEndsTheGuestIsUndoneWhenItHasEnded() {
        List<String> books = new ArrayList<>();
        checkpoints.add(() -> () -> books.add("back"));
        run();
        crashInWork();
        assertEquals(List.of("closed 1", "restored 2", "survived LINE 1"), take());
        assertEquals(List.of("back"), books);
        assertEquals(1, checkpoints.survived());
        assertTrue(checkpoints.isReady(), "the state is used up, but another one has been noted");
        assertEquals(3, checkpoints.taken());
        run();
        assertEquals(3, checkpoints.taken(), "that is current in the next piece");
    }

    /** A step that goes back runs under locks, so it does not tell that itself. */
    @Test
    void whatDoesNotGoBackIsToldOnceAfterTheRest() {
        List<String> problems = new ArrayList<>();
        checkpoints.add(
                new GuestBooks() {
                    @Override
                    public Runnable state() {
                        return () -> problems.add("no file for perf");
                    }

                    @Override
                    public List<String> takeProblems() {
                        List<String> taken = List.copyOf(problems);
                        problems.clear();
                        return taken;
                    }
                });
        run();
        crashInWork();
        String told = "incomplete: no file for perf";
        assertEquals(List.of("closed 1", "restored 2", "survived LINE 1", told), take());
        assertEquals(List.of(), problems);
    }

    /** Who tells the user writes to a pipe that is full. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theLockIsFreeWhileAUserDoesNotReadWhatHeIsTold(boolean survives) throws Exception {
        Pipe log = Pipe.open();
        CountDownLatch begun = new CountDownLatch(1);
        afterwards = () -> fill(log, begun);
        if (survives) {
            run();
        }
        Thread worker = new Thread(() -> enterAfterEnd());
        worker.setDaemon(true);
        worker.start();
        assertTrue(begun.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS), "the user is told");
        othersAreNotHeldUp();
        assertTrue(worker.isAlive(), "the pipe is full");
        log.source().close();
        worker.join(LIMIT_MILLIS);
        assertFalse(worker.isAlive());
        log.sink().close();
    }

    /** The guest is found to have ended by a thread that keeps the lock for a while. */
    private void enterAfterEnd() {
        process.end = Optional.of(CRASH);
        checkpoints.enter();
        checkpoints.begin();
        checkpoints.end();
        checkpoints.leave();
    }

    private static void fill(Pipe log, CountDownLatch begun) {
        ByteBuffer more = ByteBuffer.allocate(1 << 22);
        try {
            more.limit(1 << 12);
            log.sink().write(more);
            begun.countDown();
            more.limit(1 << 22);
            while (more.hasRemaining()) {
                log.sink().write(more);
            }
        } catch (IOException nobodyReads) {
            // as it is to be
        }
    }

    /** What runs next runs on another thread if the first one does not count as idle yet. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGuestThatIsBackSurvivesACrashOnAnyThread(boolean crashedInWork) throws Exception {
        run();
        if (crashedInWork) {
            crashInWork();
        } else {
            process.crash();
        }
        take();
        runOnOther(this::crashInWork);
        String last = "restored " + (crashedInWork ? 3 : 2);
        assertEquals(List.of(last, "survived LINE 1"), take());
    }

    private static void runOnOther(Runnable work) throws InterruptedException {
        Thread other = new Thread(work);
        other.start();
        other.join();
    }

    @Test
    void aStateThatCouldNotBeNotedBeforeThePieceIsNotedAfterIt() throws Exception {
        process.hasThreads = true;
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        process.hasThreads = false;
        checkpoints.beforeGuestCode();
        assertEquals(0, checkpoints.taken(), "the state in the middle of a piece");
        checkpoints.end();
        assertEquals(1, checkpoints.taken());
        runOnOther(this::crashInWork);
        assertEquals(List.of("restored 1", "survived LINE 1"), take());
    }

    @Test
    void aGuestIsLostWithTheReasonForWhichThereIsNoState() {
        process.refusal = "no more processes";
        run();
        process.crash();
        String lost = take().getFirst();
        assertTrue(lost.startsWith("lost: no state of it has been noted: "), lost);
        assertTrue(lost.contains("no more processes"), lost);
    }

    @Test
    void aGuestWhoseThreadsAllowNoStateIsLostWithThatReason() {
        process.hasThreads = true;
        run();
        process.crash();
        String reason = "guest code has threads of its own";
        assertEquals(List.of("lost: no state of it has been noted: " + reason), take());
    }

    @Test
    void theLastOfThePiecesThatRunRestores() {
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        checkpoints.begin();
        process.hasRunSince = true;
        process.crash();
        checkpoints.end();
        assertEquals(List.of(), take(), "another piece still runs");
        checkpoints.end();
        assertEquals(List.of("restored 1", "survived LINE 1"), take());
    }

    @Test
    void noStateIsNotedBesideAnotherPiece() {
        checkpoints.begin();
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        assertEquals(0, checkpoints.taken());
        checkpoints.end();
        checkpoints.end();
    }

    @Test
    void piecesWhoseStatesCouldNotBeNotedAreUndoneTogether() {
        run();
        process.hasThreads = true;
        run();
        run();
        assertEquals(1, checkpoints.taken());
        process.hasThreads = false;
        process.hasRunSince = true;
        process.crash();
        assertEquals(List.of("restored 1", "survived NONE 3"), take());
    }

    @Test
    void aGuestThatEndsWhileNothingRunsIsRestoredAtOnce() {
        run();
        process.hasRunSince = false;
        process.crash();
        assertEquals(List.of("restored 1", "survived NONE 0"), take());
    }

    @Test
    void aProgramThatEndsItsProcessIsToldFromALine() {
        run();
        checkpoints.beginProgram();
        assertFalse(checkpoints.areForLines());
        crashInWork();
        assertEquals(List.of("closed 1", "restored 2", "survived PROGRAM 1"), take());
        assertTrue(checkpoints.areForLines(), "lines follow");
        checkpoints.beginProgram();
        checkpoints.endProgram();
        assertTrue(checkpoints.areForLines());
    }

    @Test
    void aProgramThatHasEndedTheGuestIsOneUntilTheGuestIsBack() {
        run();
        checkpoints.beginProgram();
        checkpoints.begin();
        checkpoints.beforeGuestCode();
        process.crash();
        checkpoints.endProgram();
        assertFalse(checkpoints.areForLines());
        checkpoints.end();
        assertTrue(checkpoints.areForLines());
    }

    @Test
    void aGuestWithoutStateIsLostOnce() {
        process.crash();
        assertEquals(List.of("lost: no state of it has been noted"), take());
        run();
        process.crash();
        assertEquals(List.of(), take());
        assertEquals(0, checkpoints.taken());
    }

    @Test
    void aGuestWhoseStatesAreNotWantedIsLost() {
        Checkpoints none = of(new CheckpointOptions(false, Duration.ZERO));
        none.watch();
        none.hasFirstThread();
        assertFalse(none.wantFirstThread());
        assertFalse(none.areForLines());
        none.begin();
        none.beforeGuestCode();
        none.end();
        assertEquals(0, none.taken());
        process.crash();
        assertEquals(List.of("lost: "), take());
    }

    @Test
    void aStateThatCannotBeRestoredLosesTheGuest() {
        run();
        process.refusal = "the copy has ended";
        process.crash();
        assertEquals(1, happened.size());
        assertTrue(happened.getFirst().startsWith("lost: "), happened::toString);
        assertTrue(happened.getFirst().contains("the copy has ended"), happened::toString);
    }

    @Test
    void aStateThatCannotBeNotedGivesTheLastOneUp() {
        run();
        process.refusal = "no memory";
        run();
        assertEquals(List.of("closed 1"), take());
        assertFalse(checkpoints.isReady());
    }

    @Test
    void aStateIsNotedAheadFromTheSecondPieceOn() {
        checkpoints.begin();
        checkpoints.noteAhead();
        assertEquals(0, checkpoints.taken(), "the first piece may run no guest code");
        checkpoints.end();
        run();
        checkpoints.begin();
        checkpoints.noteAhead();
        assertEquals(2, checkpoints.taken());
        checkpoints.noteAhead();
        assertEquals(2, checkpoints.taken(), "it is current");
        checkpoints.beforeGuestCode();
        process.hasRunSince = true;
        checkpoints.noteAhead();
        assertEquals(2, checkpoints.taken(), "guest code of the piece has run");
        checkpoints.end();
    }

    /** They would end the guest again when the next first thread ends. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFirstThreadThatCrashesAtItsEndHasNoDestructorsAfterwards(boolean toldBefore) {
        AddressRange code = AddressRange.of(new ExecutorAddress(0x1000), 0x1000);
        checkpoints.setCode(() -> List.of(code));
        run();
        checkpoints.beginEndOfFirst();
        if (toldBefore) {
            process.crash();
        } else {
            process.end = Optional.of(CRASH);
        }
        checkpoints.endOfFirst();
        List<String> expected = new ArrayList<>();
        expected.add("restored 1");
        expected.add("forgotten " + List.of(code));
        expected.add("closed 2");
        expected.add("survived NONE 1");
        assertEquals(expected, take());
        assertFalse(checkpoints.hasDestructorsBack());
        crashInWork();
        assertFalse(take().contains("forgotten " + List.of(code)), "the crash of a line");
    }

    /** Their crashes tell where they are. */
    @Test
    void destructorsInCodeThatHasGoneAreForgottenAsSoonAsTheyAreKnown() {
        AddressRange one = AddressRange.of(new ExecutorAddress(0x5000), 0x1000);
        AddressRange two = AddressRange.of(new ExecutorAddress(0x7000), 0x1000);
        run();
        checkpoints.beginEndOfFirst();
        process.whenForgetting =
                () -> {
                    if (happened.stream().noneMatch(s -> s.contains(two.toString()))) {
                        checkpoints.crashedAt(two.start());
                        process.end = Optional.of(CRASH);
                    }
                };
        checkpoints.crashedAt(one.start().plus(0x18));
        process.crash();
        List<String> forgotten = take().stream().filter(s -> s.startsWith("forgotten")).toList();
        assertEquals(2, forgotten.size());
        assertEquals("forgotten " + List.of(one), forgotten.getFirst());
        assertTrue(forgotten.getLast().contains(one.toString()));
        assertFalse(checkpoints.hasDestructorsBack());
    }

    private void endFirst() {
        checkpoints.beginEndOfFirst();
        process.hasRunSince = true;
        checkpoints.endOfFirst();
    }

    /** Their code may go. */
    @Test
    void destructorsThatHaveRunDoNotComeBack() {
        run();
        endFirst();
        assertEquals(List.of("closed 1"), take());
        process.crash();
        assertEquals(List.of("restored 2", "survived NONE 0"), take());
    }

    @Test
    void theStateAfterDestructorsIsNotedWhenOtherWorkHasEnded() throws Exception {
        endOfFirstWhileOthersWork(
                () -> {
                    process.hasRunSince = true;
                    checkpoints.endOfFirst();
                },
                () -> {});
        assertEquals(List.of(), take());
        workWithoutGuestCode();
        assertEquals(List.of("closed 1"), take());
        checkpoints.memoryGoes();
        workWithoutGuestCode();
        assertEquals(List.of(), take(), "the state is current");
        process.hasRunSince = true;
        checkpoints.memoryGoes();
        workWithoutGuestCode();
        assertEquals(List.of("closed 2"), take());
    }

    /** Another end could come before guest code runs on the first thread. */
    @Test
    void aStateThatHasBeenUsedUpIsReplacedAsSoonAsPossible() {
        run();
        process.hasThreads = true;
        process.crash();
        assertFalse(checkpoints.isReady());
        process.hasThreads = false;
        workWithoutGuestCode();
        assertTrue(checkpoints.isReady());
    }

    /** A controller that has released memory may release more, or leave. */
    @Test
    void aStateForWhichNoWorkAsksIsLeftOutIfWorkNotesOneBeforeOrTheSessionEnds() {
        List<Runnable> due = new ArrayList<>();
        whenDueSoon = due::add;
        run();
        process.hasRunSince = true;
        endFirst();
        endFirst();
        assertEquals(1, checkpoints.taken());
        run();
        assertEquals(1, due.size(), "it is due once");
        due.removeFirst().run();
        assertEquals(2, checkpoints.taken(), "the work has noted one");
        process.hasRunSince = true;
        endFirst();
        due.removeFirst().run();
        assertEquals(3, checkpoints.taken());
        process.hasRunSince = true;
        endFirst();
        checkpoints.controllerHasGone();
        due.removeFirst().run();
        assertEquals(3, checkpoints.taken());
    }

    /** The state after them is noted in a moment only, and their code may go before. */
    @Test
    void destructorsThatHaveRunAreForgottenIfTheGuestReturnsToAStateBefore() {
        whenDueSoon = _ -> {};
        run();
        endFirst();
        process.crash();
        assertEquals(List.of("restored 1", "forgotten []", "closed 2", "survived NONE 1"), take());
        assertFalse(checkpoints.hasDestructorsBack());
        run();
        take();
        process.crash();
        assertFalse(take().contains("forgotten []"), "others are in this state");
        assertTrue(checkpoints.hasDestructorsBack());
    }

    /** Another thread could not use the guest's first thread, and would lose the last state. */
    @Test
    void noStateIsNotedAsideWhileAThreadTakesTheFirstOne() {
        List<Runnable> due = new ArrayList<>();
        whenDueSoon = due::add;
        run();
        process.hasRunSince = true;
        endFirst();
        checkpoints.beginFirst();
        due.removeFirst().run();
        assertEquals(1, checkpoints.taken());
        checkpoints.endOfFirst(); // as if it could not be had
        checkpoints.hasFirstThread();
        endFirst();
        due.removeFirst().run();
        assertEquals(2, checkpoints.taken());
    }

    private void workWithoutGuestCode() {
        checkpoints.begin();
        checkpoints.end();
    }

    @Test
    void noStateIsNotedForTheEndOfTheSessionOrIfThereWasNone() {
        endFirst();
        assertEquals(0, checkpoints.taken());
        run();
        process.hasRunSince = true;
        checkpoints.controllerHasGone();
        endFirst();
        checkpoints.memoryGoes();
        assertEquals(1, checkpoints.taken());
    }

    /** Returns a thread that has begun a piece of work, and does something before its end. */
    private Thread startOtherWork(CountDownLatch ends, Runnable last) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread other =
                new Thread(
                        () -> {
                            checkpoints.begin();
                            begun.countDown();
                            awaitUninterrupted(ends);
                            last.run();
                            checkpoints.end();
                        });
        other.start();
        begun.await();
        return other;
    }

    /** Ends the guest while the first thread ends and another one works. */
    private void endOfFirstWhileOthersWork(Runnable byFirst, Runnable byOther) throws Exception {
        run();
        CountDownLatch ends = new CountDownLatch(1);
        Thread other = startOtherWork(ends, byOther);
        checkpoints.beginEndOfFirst();
        byFirst.run();
        ends.countDown();
        other.join(LIMIT_MILLIS);
        checkpoints.endOfFirst();
    }

    private void crashHere() {
        checkpoints.crashed();
        process.crash();
    }

    /** They run again when the next first thread ends, as the guest has them again. */
    @Test
    void aCrashOfOtherWorkIsNotTakenForThatOfDestructors() throws Exception {
        endOfFirstWhileOthersWork(() -> {}, this::crashHere);
        assertEquals(List.of("restored 1", "survived LINE 1"), take());
        assertTrue(checkpoints.hasDestructorsBack());
        assertFalse(checkpoints.isEndedByOthers());
    }

    @Test
    void aCrashOfDestructorsIsTheirsThoughOtherWorkRuns() throws Exception {
        endOfFirstWhileOthersWork(this::crashHere, () -> {});
        assertEquals(List.of("restored 1", "forgotten []", "closed 2", "survived LINE 1"), take());
        assertFalse(checkpoints.hasDestructorsBack());
    }

    /** The next one is known to be of the destructors, if it is. */
    @Test
    void anExitIsNotTakenForThatOfDestructorsIfOtherWorkRuns() throws Exception {
        endOfFirstWhileOthersWork(process::crash, () -> {});
        assertEquals(List.of("restored 1", "survived LINE 1"), take());
        checkpoints.beginEndOfFirst();
        process.crash();
        checkpoints.endOfFirst();
        assertTrue(take().contains("forgotten []"));
    }

    /** Whoever runs an action asks for the fault of its own call. */
    @Test
    void whoHasEndedTheGuestIsKnownAsLongAsItHas() throws Exception {
        assertFalse(checkpoints.isEndedByOthers());
        run();
        checkpoints.begin();
        runOnOther(checkpoints::crashed);
        assertFalse(checkpoints.isEndedByOthers(), "it has not ended yet");
        checkpoints.crashed();
        process.crash();
        assertTrue(checkpoints.isEndedByOthers(), "the first crash counts");
        checkpoints.end();
        assertFalse(checkpoints.isEndedByOthers());
        checkpoints.begin();
        crashHere();
        assertFalse(checkpoints.isEndedByOthers());
        runOnOther(() -> assertTrue(checkpoints.isEndedByOthers()));
        checkpoints.end();
        checkpoints.begin();
        process.crash();
        assertFalse(checkpoints.isEndedByOthers(), "nobody knows");
        checkpoints.end();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDestructorThatCannotBeForgottenStays(boolean ends) {
        run();
        process.endsWhenForgetting = ends;
        process.failsToForget = !ends;
        checkpoints.beginEndOfFirst();
        process.crash();
        checkpoints.endOfFirst();
        assertEquals(
                List.of("restored 1", "forgotten []", "restored 2", "survived NONE 1"), take());
        assertTrue(checkpoints.isReady());
        assertTrue(checkpoints.hasDestructorsBack());
    }

    /** A destructor of a library may wait for a thread that the copy of the guest does not have. */
    @Test
    void aDestructorThatTakesTooLongWhenItIsForgottenStays() {
        run();
        process.waitsWhenForgetting = true;
        checkpoints.beginEndOfFirst();
        process.crash();
        checkpoints.endOfFirst();
        assertEquals(
                List.of("restored 1", "forgotten []", "restored 2", "survived NONE 1"), take());
    }

    @Test
    void theGuestReturnsThoughThereIsNoRoomForItsCodeHere() {
        checkpoints.setCode(
                () -> {
                    throw new OutOfMemoryError("Java heap space");
                });
        run();
        checkpoints.beginEndOfFirst();
        process.crash();
        checkpoints.endOfFirst();
        assertEquals(List.of("restored 1", "restored 2", "survived NONE 1"), take());
    }

    /** The thread that was to be the first has not been prepared, or the guest was gone. */
    @Test
    void destructorsAreBackUntilAFirstThreadHasRunThem() throws Exception {
        run();
        process.crash();
        assertTrue(checkpoints.hasDestructorsBack());
        checkpoints.endOfFirst();
        assertTrue(checkpoints.hasDestructorsBack(), "it has not begun to end");
        runOnOther(
                () -> {
                    checkpoints.beginEndOfFirst();
                    checkpoints.endOfFirst();
                });
        assertTrue(checkpoints.hasDestructorsBack(), "it is not the first");
        checkpoints.beginEndOfFirst();
        checkpoints.endOfFirst();
        assertFalse(checkpoints.hasDestructorsBack());
    }

    @Test
    void theFirstThreadBeforeDoesNotEndTheEndOfTheNext() throws Exception {
        run();
        checkpoints.beginEndOfFirst();
        runOnOther(checkpoints::endOfFirst);
        process.crash();
        checkpoints.endOfFirst();
        assertTrue(take().contains("forgotten []"));
    }

    @Test
    void codeThatCannotBeMadeToReturnIsLeftAsItIs() {
        checkpoints.makeReturn(List.of(AddressRange.of(new ExecutorAddress(0x1000), 0x1000)));
        assertEquals(List.of(), take());
    }

    @Test
    void aFirstThreadThatHasEndedWellIsNotTakenForTheCauseOfALaterCrash() {
        run();
        checkpoints.beginEndOfFirst();
        checkpoints.endOfFirst();
        process.crash();
        assertEquals(List.of("closed 1", "restored 2", "survived NONE 0"), take());
    }

    /** The first thread, which ends, calls the controller or guest code while other work runs. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void outsideOfPiecesOfWorkNoStateIsNoted(boolean calls) throws Exception {
        run();
        process.hasRunSince = true;
        CountDownLatch ends = new CountDownLatch(1);
        Thread other = startOtherWork(ends, () -> {});
        process.refusal = "guest code runs on the first thread";
        if (calls) {
            checkpoints.noteAhead();
        } else {
            checkpoints.beforeGuestCode();
        }
        assertTrue(checkpoints.isReady(), "the last state stays");
        process.refusal = null;
        ends.countDown();
        other.join();
        run();
        assertEquals(2, checkpoints.taken(), "the next piece of work notes one");
    }

    /** Has the guest run actions of memory that is linked, in a piece of work. */
    private void linkInWork() {
        checkpoints.begin();
        var _ =
                checkpoints.whileLinking(
                        () -> {
                            checkpoints.beforeGuestCode();
                            process.hasRunSince = true;
                            return "linked";
                        });
        checkpoints.end();
    }

    @Test
    void theFirstStateIsThatOfTheFirstCall() {
        linkInWork();
        linkInWork();
        assertEquals(0, checkpoints.taken(), "there is nothing to lose");
        run();
        assertEquals(1, checkpoints.taken());
        linkInWork();
        assertEquals(2, checkpoints.taken(), "what has been registered is kept");
    }

    /** A log that is closed; who waits for the result would wait for ever. */
    @Test
    void whatTellingThrowsChangesNoWork() {
        afterwards =
                () -> {
                    throw new IllegalStateException("the log is closed");
                };
        run();
        crashInWork();
        assertTrue(take().contains("survived LINE 1"));
        afterwards =
                () -> {
                    throw new AssertionError("a fault of the log");
                };
        crashInWork();
        assertTrue(take().contains("survived LINE 1"));
    }

    @Test
    void endsAreToldInTheirOrderAndWhoClosesWaitsForThat() throws Exception {
        run();
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch reader = new CountDownLatch(1);
        afterwards =
                () -> {
                    awaitUninterrupted(reader);
                    told.add("first");
                };
        Thread one = startEnd();
        awaitWaiting(one);
        afterwards = () -> told.add("second");
        Thread two = startEnd();
        awaitWaiting(two);
        assertEquals(List.of(), told);
        checkpoints.close();
        assertFalse(checkpoints.awaitReports(Duration.ofMillis(1)));
        reader.countDown();
        assertTrue(checkpoints.awaitReports(Duration.ofMillis(LIMIT_MILLIS)));
        assertEquals(List.of("first", "second"), told);
        one.join(LIMIT_MILLIS);
        two.join(LIMIT_MILLIS);
        assertFalse(one.isAlive() || two.isAlive());
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Thread startEnd() {
        Thread thread = new Thread(process::crash);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    @Test
    void nothingIsNotedOnOtherThreads() throws Exception {
        runOnOther(this::run);
        assertEquals(0, checkpoints.taken());
    }

    @Test
    void afterTheEndOfTheSessionNothingIsRestored() {
        run();
        checkpoints.close();
        assertEquals(List.of("closed 1"), take());
        process.crash();
        assertEquals(List.of(), take());
        assertFalse(checkpoints.isReady());
    }

    @Test
    void aGuestInThisProcessHasNone() {
        Checkpoints none = new Checkpoints(new FakeGuest(), CheckpointOptions.DEFAULT, null);
        none.watch();
        none.hasFirstThread();
        assertFalse(none.wantFirstThread());
        assertFalse(none.areForLines());
        none.begin();
        none.beforeGuestCode();
        none.noteAhead();
        none.end();
        none.beginEndOfFirst();
        none.endOfFirst();
        none.enter();
        none.leave();
        none.close();
        assertFalse(none.isReady());
        assertEquals(Optional.empty(), none.pid());
        assertEquals(Optional.of(4711L), checkpoints.pid());
    }

    /** Else it would have nothing of the guest that has returned, and would run code there. */
    @Test
    void aThreadIsPreparedInTheGuestThatHasReturned() throws Exception {
        run();
        process.hasRunSince = true;
        process.end = Optional.of(CRASH); // nobody has been told yet
        GuestProcess threads =
                (GuestProcess)
                        Proxy.newProxyInstance(
                                GuestProcess.class.getClassLoader(),
                                new Class<?>[] {GuestProcess.class},
                                (_, method, _) -> {
                                    happened.add(method.getName());
                                    return null;
                                });
        GuestThreads owner = new GuestThreads(threads, 1, checkpoints);
        owner.run(() -> happened.add("works")).get();
        assertEquals(
                List.of("restored 1", "survived NONE 1", "prepareMainThread", "works"), take());
        owner.retireIdle();
    }

    @Test
    void whoEntersFindsTheGuestRestored() {
        run();
        process.hasRunSince = true;
        process.end = Optional.of(CRASH); // nobody has been told yet
        checkpoints.enter();
        assertEquals(List.of("restored 1", "survived NONE 1"), take());
        checkpoints.leave();
        assertEquals(List.of(), take());
    }

    /** Its result would else be one of a session that goes on. */
    @Test
    void noWorkGoesOnBeforeTheListenerHasBeenTold() throws Exception {
        Thread other =
                new Thread(
                        () -> {
                            checkpoints.enter();
                            happened.add("entered");
                            checkpoints.leave();
                        });
        other.setDaemon(true);
        whileTold =
                () -> {
                    other.start();
                    while (other.isAlive() && other.getState() != Thread.State.WAITING) {
                        Thread.onSpinWait();
                    }
                    happened.add("told");
                };
        process.crash();
        other.join(LIMIT_MILLIS);
        assertEquals(List.of("lost: no state of it has been noted", "told", "entered"), take());
    }

    @Test
    void workBeginsWithTheGuestRestored() {
        run();
        process.hasRunSince = true;
        process.end = Optional.of(CRASH); // nobody has been told yet
        checkpoints.begin();
        assertEquals(List.of("restored 1", "survived NONE 1"), take());
        checkpoints.end();
    }

    /** The guest of a session that begins may have ended while it waited for one. */
    @Test
    void aGuestThatHasEndedBeforeIsLostAtOnce() {
        Checkpoints late = of(CheckpointOptions.DEFAULT);
        process.end = Optional.of(CRASH);
        assertEquals(List.of(), take(), "whoever is told may not be ready");
        late.watch();
        assertEquals(List.of("lost: no state of it has been noted"), take());
    }
}
