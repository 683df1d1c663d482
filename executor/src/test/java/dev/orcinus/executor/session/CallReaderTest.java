package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.TestSession;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.memory.MemoryLimits;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.Sps;
import dev.orcinus.runtime.guest.GuestLimits;
import dev.orcinus.runtime.guest.GuestThreads;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Which thread reads a line, and which one does the work of a call. The guest is a fake one, whose
 * work is Java's; the test is the controller. A call is served by the thread that reads it.
 */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
final class CallReaderTest {
    private static final ExecutorAddress WORK = new ExecutorAddress(0x10);
    private static final ExecutorAddress ASIDE = new ExecutorAddress(0x20);
    private static final ExecutorAddress WHO_READS = new ExecutorAddress(0x30);
    private static final ExecutorAddress WAITS = new ExecutorAddress(0x40);
    private static final ExecutorAddress ASKS = new ExecutorAddress(0x50);
    private static final ExecutorAddress HANDLER = new ExecutorAddress(0x5150);
    private static final String OF_SESSION = "session";
    private static final String FIRST = "guest-0";

    private final FakeGuest fake = new FakeGuest();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<Void>> gates = new CopyOnWriteArrayList<>();
    private Executor executor;
    private TestSession controller;
    private Session session;

    private IsolatedGuest guest() {
        return (IsolatedGuest)
                Proxy.newProxyInstance(
                        IsolatedGuest.class.getClassLoader(),
                        new Class<?>[] {IsolatedGuest.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "end" -> Optional.empty();
                                    case "onCrash", "onUpcallFailure", "onEnd" -> null;
                                    case "libraries" -> TestSession.GUEST.libraries();
                                    default -> {
                                        try {
                                            yield method.invoke(fake, arguments);
                                        } catch (InvocationTargetException e) {
                                            throw e.getCause();
                                        }
                                    }
                                });
    }

    private void start(int mostCalls) throws Exception {
        start(mostCalls, SessionOptions.DEFAULT);
    }

    private void start(int mostCalls, SessionOptions options) throws Exception {
        IsolatedGuest guest = guest();
        executor = new Executor(guest, PresentedTarget.of(guest), log::add);
        GuestLimits limits = new GuestLimits(new MemoryLimits(1 << 30, 1000), mostCalls);
        controller = new TestSession(executor, options.withShare(limits, 1 << 20));
        session = executor.sessions().iterator().next();
        offer(WORK, Answer.onGuestThread(CallReaderTest::nameOfThread));
        offer(ASIDE, Answer.aside(CallReaderTest::nameOfThread));
        offer(ASKS, Answer.onGuestThread(() -> session.dispatch(HANDLER, MemorySegment.NULL)));
        session.offer(WHO_READS, (_, _) -> Answer.now(nameOfThread()), false);
        session.offer(WAITS, (_, _) -> Answer.onGuestThread(nextGate()), false);
    }

    private void offer(ExecutorAddress at, Answer answer) {
        session.offer(at, (_, _) -> answer, false);
    }

    /** The name of a thread of a number is that of its kind. */
    private static WrapperFunctionResult nameOfThread() {
        return WrapperFunctionResult.of(Sps.STRING.encode(Thread.currentThread().getName()));
    }

    /** Returns work that ends when the test lets it. */
    private Answer.Work nextGate() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        gates.add(gate);
        return () -> {
            gate.join();
            return nameOfThread();
        };
    }

    @AfterEach
    void end() throws Exception {
        gates.forEach(gate -> gate.complete(null));
        controller.close();
    }

    private String call(ExecutorAddress function) throws Exception {
        return Sps.STRING.read(TestSession.reader(controller.call(function)));
    }

    private String receive(long sequence) throws Exception {
        TestSession.Frame frame = controller.receive();
        assertEquals(sequence, frame.header().sequence());
        assertEquals(Opcode.RESULT, frame.header().opcode());
        return frame.as(Sps.STRING);
    }

    private static void await(Supplier<Boolean> condition) throws InterruptedException {
        while (!condition.get()) {
            Thread.sleep(1);
        }
    }

    private GuestThreads threads() {
        return session.guest().threads();
    }

    /** Returns whether guest threads have to end before memory goes. */
    private boolean hasIdleThread() {
        return !session.guest().canDeallocateHere(HeldMemory.deallocation(session.memory()));
    }

    @Test
    void theFirstThreadReadsOnceItHasWorked() throws Exception {
        start(10);
        assertEquals(OF_SESSION, call(WHO_READS));
        for (int i = 0; i < 3; i++) {
            assertEquals(FIRST, call(WORK));
            assertEquals(FIRST, call(WHO_READS));
        }
        assertEquals(1, fake.process().mainThreads());
        assertEquals(0, threads().running());
        assertTrue(hasIdleThread(), "guest code may have left thread-locals on it");
    }

    @Test
    void workThatMayWaitForGuestThreadsHasOneOfItsOwn() throws Exception {
        start(10);
        assertTrue(call(ASIDE).startsWith("aside-"));
        assertEquals(OF_SESSION, call(WHO_READS));
        assertEquals(0, fake.process().mainThreads(), "no guest thread is made for it");
    }

    /**
     * What the first thread has read may have to wait for its end. The line may have been taken
     * from it while it worked: a watch may wake who waits for nothing, once it has been woken.
     */
    @Test
    void theFirstThreadGivesTheLineBackBeforeWorkThatWaitsForIt() throws Exception {
        start(10);
        offer(ASIDE, Answer.aside(this::endIdleThreads));
        assertEquals(FIRST, call(WORK));
        assertEquals(FIRST, call(WHO_READS));
        for (int round = 1; round <= 3; round++) {
            assertTrue(call(WORK).startsWith("guest-"));
            assertEquals(Replies.success(), WrapperFunctionResult.of(controller.call(ASIDE)));
            assertEquals(0, fake.process().preparedThreads());
            assertEquals(OF_SESSION, call(WHO_READS));
            assertEquals(round, fake.process().mainThreads());
        }
    }

    private WrapperFunctionResult endIdleThreads() {
        return Replies.errorOf(
                () ->
                        session.guest()
                                .deallocate(session.memory().deinitialize(List.of()), () -> {}));
    }

    @Test
    void theSessionsThreadReadsWhileTheFirstOneWorks() throws Exception {
        start(10);
        for (int i = 0; i < 3; i++) {
            long waiting = controller.send(WAITS);
            assertEquals(OF_SESSION, call(WHO_READS));
            assertEquals("guest-1", call(WORK), "the first one is busy");
            assertEquals(OF_SESSION, call(WHO_READS), "only the first one borrows the line");
            gates.getLast().complete(null);
            assertEquals(FIRST, receive(waiting));
            assertEquals(OF_SESSION, call(WHO_READS));
        }
    }

    private static byte[] frame(long sequence, ExecutorAddress function) {
        byte[] frame = new byte[FrameHeader.SIZE_BYTES];
        new FrameHeader(0, Opcode.CALL_WRAPPER, sequence, function)
                .write(MemorySegment.ofArray(frame), 0);
        return frame;
    }

    private void sendTogether(ExecutorAddress... functions) throws Exception {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        long sequence = 100;
        for (ExecutorAddress function : functions) {
            frames.write(frame(sequence++, function));
        }
        controller.sendRaw(frames.toByteArray());
    }

    /** Nobody is woken by what has been read already. */
    @Test
    void whoHasReadPartOfAFurtherFrameLendsNoLine() throws Exception {
        start(10);
        sendTogether(WAITS, WHO_READS);
        assertEquals(OF_SESSION, receive(101));
        gates.getLast().complete(null);
        assertEquals(FIRST, receive(100));
        assertEquals(OF_SESSION, call(WHO_READS));
    }

    @Test
    void theFirstThreadGivesTheLineBackIfItHasReadPartOfAFurtherFrame() throws Exception {
        start(10);
        assertEquals(FIRST, call(WORK));
        sendTogether(WAITS, WHO_READS);
        assertEquals(OF_SESSION, receive(101));
        gates.getLast().complete(null);
        assertEquals(FIRST, receive(100));
        assertEquals(OF_SESSION, call(WHO_READS));
    }

    /** Results are held while there is more to read. */
    @Test
    void resultsThatAreHeldAreSentBeforeWorkBegins() throws Exception {
        start(10);
        for (String reader : List.of(OF_SESSION, FIRST)) {
            sendTogether(WHO_READS, WAITS);
            assertEquals(reader, receive(100));
            gates.getLast().complete(null);
            assertEquals(FIRST, receive(101));
        }
    }

    /** A line that is lent and not borrowed would be read by nobody. */
    @Test
    void aFirstThreadThatCannotBeMadeLeavesTheLineToTheSession() throws Exception {
        start(10);
        fake.process().failToPrepare();
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(new byte[0], controller.call(WORK));
            String refusal = "no guest thread for the call: sigaltstack(): ENOMEM (errno 12)";
            assertEquals(refusal, log.getLast());
            assertEquals(OF_SESSION, call(WHO_READS));
        }
        fake.process().canPrepareAgain();
        assertTrue(call(WORK).startsWith("guest-"));
    }

    @Test
    void aCallTooManyIsRefusedAndTheLineStays() throws Exception {
        start(1);
        long waiting = controller.send(WAITS);
        await(() -> threads().running() == 1);
        for (int i = 0; i < 3; i++) {
            for (ExecutorAddress function : List.of(WORK, ASIDE)) {
                assertArrayEquals(new byte[0], controller.call(function));
                assertEquals("no guest thread for the call: 1 calls run", log.getLast());
            }
            assertEquals(OF_SESSION, call(WHO_READS));
        }
        gates.getLast().complete(null);
        assertEquals(FIRST, receive(waiting));
        assertEquals(FIRST, call(WORK));
    }

    /** The first thread reads, and all the calls that may run do so on other threads. */
    @Test
    void aCallTooManyIsRefusedByTheFirstThread() throws Exception {
        start(1);
        assertEquals(FIRST, call(WORK));
        CompletableFuture<Void> other = new CompletableFuture<>();
        CompletableFuture<Void> running = threads().run(other::join);
        for (int i = 0; i < 3; i++) {
            for (ExecutorAddress function : List.of(WORK, ASIDE)) {
                assertArrayEquals(new byte[0], controller.call(function));
                assertEquals("no guest thread for the call: 1 calls run", log.getLast());
            }
        }
        other.complete(null);
        running.join();
        assertFalse(call(WORK).isEmpty());
    }

    @Test
    void whatWorkThrowsIsAnErrorOfItsCall() throws Exception {
        start(10);
        offer(
                HANDLER,
                Answer.onGuestThread(
                        () -> {
                            throw new IllegalStateException("bug");
                        }));
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(new byte[0], controller.call(HANDLER));
            assertEquals("internal error: java.lang.IllegalStateException: bug", log.getLast());
            assertEquals(FIRST, call(WHO_READS));
        }
    }

    /** The controller would wait for the result in vain. */
    @Test
    void aResultThatCannotBeSentEndsTheLine() throws Exception {
        start(10);
        offer(HANDLER, Answer.onGuestThread(() -> null));
        controller.send(HANDLER);
        String reason = controller.receiveHangup();
        assertTrue(reason.startsWith("internal error: java.lang.NullPointerException"), reason);
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    /** Such a result of a call that the first thread has read. */
    @Test
    void aResultThatCannotBeSentLaterEndsTheLineToo() throws Exception {
        start(10);
        assertEquals(FIRST, call(WORK));
        offer(HANDLER, Answer.onGuestThread(() -> null));
        controller.send(HANDLER);
        String reason = controller.receiveHangup();
        assertTrue(reason.startsWith("internal error: java.lang.NullPointerException"), reason);
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    /** Receives a question of the first thread, and waits until that reads the line. */
    private void receiveQuestionOfReader(long sequence) throws Exception {
        receiveQuestion(sequence);
        await(() -> isFirstThreadIn("readUntil"));
    }

    private static boolean isFirstThreadIn(String method) {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().equals(FIRST))
                .flatMap(entry -> Arrays.stream(entry.getValue()))
                .anyMatch(frame -> frame.getMethodName().equals(method));
    }

    private void receiveQuestion(long sequence) throws Exception {
        FrameHeader question = new FrameHeader(0, Opcode.CALL_WRAPPER, sequence, HANDLER);
        assertEquals(question, controller.receive().header());
    }

    private void answerQuestion(long sequence, String text) throws Exception {
        byte[] answer = Sps.STRING.encode(text);
        controller.send(TestSession.header(answer.length, Opcode.RESULT, sequence), answer);
    }

    @Test
    void whoWaitsForTheControllerReadsMeanwhile() throws Exception {
        start(10);
        for (int round = 0; round < 3; round++) {
            long asking = controller.send(ASKS);
            receiveQuestionOfReader(round);
            assertEquals(FIRST, call(WHO_READS));
            assertEquals("guest-1", call(WORK));
            assertTrue(call(ASIDE).startsWith("aside-"));
            assertEquals(FIRST, call(WHO_READS));
            answerQuestion(round, "answer");
            assertEquals("answer", receive(asking));
            assertEquals(FIRST, call(WHO_READS), "it has no work, and reads on");
        }
    }

    /** The work goes on after the answer, and somebody has to read. */
    @Test
    void whoHasItsAnswerGivesTheLineBackAndWorks() throws Exception {
        start(10);
        CompletableFuture<Void> gate = new CompletableFuture<>();
        gates.add(gate);
        offer(
                ASKS,
                Answer.onGuestThread(
                        () -> {
                            WrapperFunctionResult answer =
                                    session.dispatch(HANDLER, MemorySegment.NULL);
                            gate.join();
                            return answer;
                        }));
        long asking = controller.send(ASKS);
        receiveQuestion(0);
        answerQuestion(0, "answer");
        assertEquals(OF_SESSION, call(WHO_READS));
        gate.complete(null);
        assertEquals("answer", receive(asking));
    }

    /** Two threads wait for the controller, one of which reads. */
    @Test
    void answersReachWhoeverWaits() throws Exception {
        start(10);
        long first = controller.send(ASKS);
        receiveQuestionOfReader(0);
        long second = controller.send(ASKS);
        receiveQuestion(1);
        answerQuestion(1, "second");
        assertEquals("second", receive(second));
        assertEquals(FIRST, call(WHO_READS));
        answerQuestion(0, "first");
        assertEquals("first", receive(first));
        assertEquals(FIRST, call(WHO_READS));
    }

    @Test
    void theEndOfTheLineReleasesWhoWaitsForTheController() throws Exception {
        start(10);
        controller.send(ASKS);
        receiveQuestionOfReader(0);
        controller.shutdownOutput();
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.awaitEnd());
        assertEquals(List.of(), log);
    }

    @Test
    void aBrokenFrameEndsTheLineOfWhoWaitsForTheController() throws Exception {
        start(10);
        controller.send(ASKS);
        receiveQuestionOfReader(0);
        controller.send(TestSession.header(0, Opcode.RESULT, 77));
        String reason = "No call for sequence number 77";
        assertEquals(reason, controller.receiveHangup());
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    @Test
    void theFirstThreadSeesTheEndOfTheLine() throws Exception {
        start(10);
        assertEquals(FIRST, call(WORK));
        controller.shutdownOutput();
        assertEquals(new SessionEnd(Optional.empty(), 0), controller.awaitEnd());
        assertEquals(List.of(), log);
    }

    @Test
    void theFirstThreadTellsABrokenFrame() throws Exception {
        start(10);
        assertEquals(FIRST, call(WORK));
        controller.send(TestSession.header(0, Opcode.RESULT, 77));
        String reason = "No call for sequence number 77";
        assertEquals(reason, controller.receiveHangup());
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    @Test
    void theFirstThreadTellsABug() throws Exception {
        start(10);
        assertEquals(FIRST, call(WORK));
        session.offer(HANDLER, (_, _) -> null, false);
        controller.send(HANDLER);
        String reason = controller.receiveHangup();
        assertTrue(reason.startsWith("internal error: java.lang.NullPointerException"), reason);
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    /** Begins a session whose controller may be silent for a moment once it has spoken. */
    private void startImpatient() throws Exception {
        start(10, SessionOptions.DEFAULT.withIdle(Duration.ofMillis(100)));
    }

    private void assertEndOfSilence() throws Exception {
        String reason = "the controller has said nothing for 100 ms";
        assertEquals(reason, controller.receiveHangup());
        assertEquals(new SessionEnd(Optional.of(reason), 0), controller.awaitEnd());
    }

    @Test
    void silenceIsNoticedWhoeverReads() throws Exception {
        startImpatient();
        assertEquals(FIRST, call(WORK));
        assertEndOfSilence();
    }

    @Test
    void silenceIsNoticedAfterWorkThatTheFirstThreadHasNoTimeFor() throws Exception {
        startImpatient();
        long waiting = controller.send(WAITS);
        assertEquals("guest-1", call(WORK));
        gates.getLast().complete(null);
        assertEquals(FIRST, receive(waiting));
        assertEndOfSilence();
    }

    @Test
    void silenceIsNoticedIfNoFirstThreadCanBeMade() throws Exception {
        startImpatient();
        fake.process().failToPrepare();
        assertArrayEquals(new byte[0], controller.call(WORK));
        assertEndOfSilence();
    }
}
