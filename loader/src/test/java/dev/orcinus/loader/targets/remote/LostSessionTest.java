package dev.orcinus.loader.targets.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.epc.FrameHeader;
import dev.orcinus.protocol.epc.Opcode;
import dev.orcinus.protocol.sps.Sps;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a session is lost in any way, all waiting and all later calls get the reason. */
@Timeout(60)
final class LostSessionTest {
    private static final ExecutorAddress CODE = new ExecutorAddress(0x7000_0000L);
    private static final Map<String, ExecutorAddress> SYMBOLS =
            ScriptedExecutor.symbols(MemoryForm.PARTS, DylibForm.RESOLVE);

    private ScriptedExecutor executor;

    @BeforeEach
    void open() throws Exception {
        executor = new ScriptedExecutor();
    }

    @AfterEach
    void close() throws Exception {
        executor.close();
    }

    @FunctionalInterface
    private interface Loss {
        void cause(ScriptedExecutor executor) throws Exception;
    }

    private static <T> Future<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static String failure(Future<?> call) {
        ExecutionException e =
                assertThrows(ExecutionException.class, () -> call.get(10, TimeUnit.SECONDS));
        return assertThrows(
                        TargetException.class,
                        () -> {
                            throw e.getCause();
                        })
                .getMessage();
    }

    private void assertLost(String reason, Loss loss) throws Exception {
        try (RemoteTarget target = executor.target(SYMBOLS)) {
            Future<Integer> first = start(() -> target.call(CODE));
            Future<ExecutorAddress> second = start(() -> target.open("libm.so.6"));
            executor.next();
            executor.next();
            loss.cause(executor);
            assertContains(reason, failure(first));
            assertContains(reason, failure(second));
            assertContains(reason, failure(start(() -> target.reserve(1))));
        }
    }

    private static void assertContains(String part, String text) {
        assertTrue(text.contains(part), text);
    }

    private static Loss raw(byte[] bytes) {
        return executor -> executor.sendRaw(bytes);
    }

    private static Loss frame(Opcode opcode, long sequence, byte[] payload) {
        return raw(ScriptedExecutor.frame(opcode, sequence, ExecutorAddress.NULL, payload));
    }

    @Test
    void endOfTheLine() throws Exception {
        assertLost("it has ended the line", ScriptedExecutor::leave);
    }

    @Test
    void endInAHeader() throws Exception {
        assertLost(
                "the line ended in a header, 7 of 32 bytes",
                peer -> {
                    peer.sendRaw(new byte[7]);
                    peer.leave();
                });
    }

    @Test
    void endInAPayload() throws Exception {
        byte[] whole = ScriptedExecutor.frame(Opcode.RESULT, 0, ExecutorAddress.NULL, new byte[8]);
        assertLost(
                "the line ended in a payload, 3 of 8 bytes",
                peer -> {
                    peer.sendRaw(Arrays.copyOf(whole, whole.length - 5));
                    peer.leave();
                });
    }

    @Test
    void hangupWithAReason() throws Exception {
        assertLost(
                "it has hung up: out of paper",
                frame(Opcode.HANGUP, 0, Sps.ERROR.encode(Optional.of("out of paper"))));
    }

    @Test
    void hangupWithoutAReason() throws Exception {
        assertLost("it has hung up", frame(Opcode.HANGUP, 0, Sps.ERROR.encode(Optional.empty())));
    }

    @Test
    void hangupThatDoesNotDecode() throws Exception {
        assertLost("offset 0x0", frame(Opcode.HANGUP, 0, new byte[0]));
    }

    @Test
    void unknownOpcode() throws Exception {
        byte[] bytes = ScriptedExecutor.frame(Opcode.RESULT, 0, ExecutorAddress.NULL, new byte[0]);
        bytes[8] = 9;
        assertLost("Unexpected opcode: 9", raw(bytes));
    }

    @Test
    void tooSmall() throws Exception {
        byte[] bytes = ScriptedExecutor.frame(Opcode.RESULT, 0, ExecutorAddress.NULL, new byte[0]);
        bytes[0] = 31;
        assertLost("Message size too small: 31 bytes", raw(bytes));
    }

    @Test
    void moreThanAnArrayHolds() throws Exception {
        byte[] bytes = ScriptedExecutor.frame(Opcode.RESULT, 0, ExecutorAddress.NULL, new byte[0]);
        bytes[4] = 1;
        assertLost("Message size too large: a payload of 4294967296 bytes", raw(bytes));
    }

    @Test
    void aPromiseOfMuchCostsLittle() throws Exception {
        byte[] bytes = ScriptedExecutor.frame(Opcode.RESULT, 0, ExecutorAddress.NULL, new byte[0]);
        bytes[3] = 0x7f;
        assertLost(
                "the line ended in a payload, 0 of 2130706432 bytes",
                peer -> {
                    peer.sendRaw(bytes);
                    peer.leave();
                });
    }

    @Test
    void resultForNoCall() throws Exception {
        assertLost("a result for no call", frame(Opcode.RESULT, 77, new byte[4]));
    }

    @Test
    void resultOfAnUnknownKind() throws Exception {
        assertLost(
                "a result of an unknown kind",
                raw(ScriptedExecutor.frame(Opcode.RESULT, 0, CODE, new byte[4])));
    }

    @Test
    void secondSetup() throws Exception {
        assertLost("a second Setup frame", frame(Opcode.SETUP, 0, new byte[0]));
    }

    private void assertNoSession(String reason, byte[] greeting) {
        TargetException e =
                assertThrows(TargetException.class, () -> executor.greetAndLeave(greeting));
        assertContains(reason, e.getMessage());
    }

    private static byte[] greeting(long sequence, ExecutorAddress tag) {
        return ScriptedExecutor.frame(Opcode.SETUP, sequence, tag, ScriptedExecutor.setup(SYMBOLS));
    }

    @Test
    void noSetupAtAll() {
        assertNoSession("no session: it has ended the line", new byte[0]);
    }

    @Test
    void firstFrameIsAnother() {
        assertNoSession(
                "the first frame is no Setup",
                ScriptedExecutor.frame(Opcode.HANGUP, 0, ExecutorAddress.NULL, new byte[1]));
    }

    @Test
    void setupWithANumber() {
        assertNoSession("a Setup frame with a number or a tag", greeting(1, ExecutorAddress.NULL));
        assertNoSession("a Setup frame with a number or a tag", greeting(0, CODE));
    }

    @Test
    void setupCutShort() {
        byte[] whole = ScriptedExecutor.setup(SYMBOLS);
        for (int size = 0; size < whole.length; size += 1 + size / 8) {
            assertNoSession(
                    "no session: SPS data, offset",
                    ScriptedExecutor.frame(
                            Opcode.SETUP, 0, ExecutorAddress.NULL, Arrays.copyOf(whole, size)));
        }
    }

    @Test
    void pageSizeThatIsNone() {
        for (long size : new long[] {0, 3, Long.MIN_VALUE}) {
            byte[] setup = ScriptedExecutor.setup(size, SYMBOLS);
            assertNoSession(
                    "a page size of " + size,
                    ScriptedExecutor.frame(Opcode.SETUP, 0, ExecutorAddress.NULL, setup));
        }
    }

    @Test
    void missingNames() {
        Map<String, ExecutorAddress> symbols = Map.of("unknown", CODE);
        byte[] setup = ScriptedExecutor.setup(symbols);
        assertNoSession(
                "it does not offer __llvm_orc_bootstrap_run_as_main_wrapper",
                ScriptedExecutor.frame(Opcode.SETUP, 0, ExecutorAddress.NULL, setup));
    }

    @Test
    void closeEndsTheLineBetweenFrames() throws Exception {
        RemoteTarget target = executor.target(SYMBOLS);
        Future<Void> closing =
                start(
                        () -> {
                            target.close();
                            return null;
                        });
        assertHangup(Optional.empty(), executor.next());
        assertEquals(null, executor.next());
        executor.leave();
        closing.get(10, TimeUnit.SECONDS);
        target.close();
        assertContains("the target has been closed", failure(start(() -> target.reserve(1))));
    }

    private static void assertHangup(Optional<String> reason, LineReader.Frame frame)
            throws Exception {
        byte[] payload = Sps.ERROR.encode(reason);
        assertEquals(
                new FrameHeader(payload.length, Opcode.HANGUP, 0, ExecutorAddress.NULL),
                frame.header());
        assertArrayEquals(payload, frame.payload());
    }

    /** An executor that breaks the protocol is told so; one that has hung up gets no answer. */
    @Test
    void theExecutorIsToldTheReasonOnce() throws Exception {
        try (RemoteTarget target = executor.target(SYMBOLS)) {
            executor.send(Opcode.SETUP, 0, ExecutorAddress.NULL, new byte[0]);
            assertHangup(Optional.of("a second Setup frame"), executor.next());
            assertEquals(null, executor.next());
            assertContains("a second Setup frame", failure(start(() -> target.reserve(1))));
        }
        try (RemoteTarget target = executor.target(SYMBOLS)) {
            executor.send(Opcode.HANGUP, 0, ExecutorAddress.NULL, new byte[1]);
            assertEquals(null, executor.next());
            assertContains("it has hung up", failure(start(() -> target.reserve(1))));
        }
    }

    @Test
    void closeDoesNotWaitForAnExecutorThatStays() throws Exception {
        RemoteTarget target = executor.target(SYMBOLS);
        Future<Integer> waiting = start(() -> target.call(CODE));
        executor.next();
        target.close();
        assertContains("the target has been closed", failure(waiting));
    }

    private static void assertNoProcess(String reason, String... command) {
        TargetException e =
                assertThrows(TargetException.class, () -> RemoteTarget.launch(List.of(command)));
        assertContains(reason, e.getMessage());
    }

    @Test
    void theSignalIsKnown() {
        List<String> command = List.of("/bin/sh", "-c", "kill -TERM $$");
        TargetException e = assertThrows(TargetException.class, () -> RemoteTarget.launch(command));
        assertEquals(OptionalInt.of(15), e.signal());
        assertEquals(OptionalInt.of(128 + 15), e.exitStatus());
        TargetException ended =
                assertThrows(
                        TargetException.class, () -> RemoteTarget.launch(List.of("/bin/true")));
        assertEquals(OptionalInt.empty(), ended.signal());
    }

    @Test
    void programsThatAreNoExecutors() {
        assertNoProcess("it has ended the line; its exit status is 127", "/no/such/program");
        assertNoProcess("it has ended the line; its exit status is 0", "/bin/true");
        assertNoProcess(
                "the line ended in a header, 6 of 32 bytes", "/bin/sh", "-c", "echo hello >&4");
        String killed =
                "its exit status is 137: SIGKILL (it has been killed, by someone or because memory"
                        + " ran out)";
        assertNoProcess(killed, "/bin/sh", "-c", "kill -9 $$");
        assertNoProcess("SIGSEGV (it has used", "/bin/sh", "-c", "kill -SEGV $$");
        assertNoProcess("its exit status is 1", "/bin/false");
        assertThrows(IllegalArgumentException.class, () -> RemoteTarget.launch(List.of()));
    }

    @Test
    void connectToNobody() throws Exception {
        executor.close();
        assertThrows(TargetException.class, () -> RemoteTarget.connect("127.0.0.1", 1));
    }
}
