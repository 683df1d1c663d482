package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.Controller.await;
import static dev.orcinus.tests.controller.GuestCode.Function.ANSWER;
import static dev.orcinus.tests.controller.GuestCode.Function.AT_EXIT;
import static dev.orcinus.tests.controller.GuestCode.Function.AT_THREAD_END;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK_AND_CRASH;
import static dev.orcinus.tests.controller.Services.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.Memory;
import dev.orcinus.tests.controller.Services;
import dev.orcinus.tests.process.Finished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of releases, in which destructors of guest code run: those of the thread-locals of threads
 * that end, and at-exit functions.
 */
final class ReleaseTest {
    private static final int PAGE = 4096;

    @TempDir Path directory;

    private ForkedSession session;
    private Controller controller;
    private Services services;
    private GuestCode guest;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
        services = session.services();
        guest = GuestCode.load(controller, services);
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    /** A handler of the controller that is called, and answers when it is let go. */
    private final class Gate {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final ExecutorAddress tag = controller.offer(this::pass);

        private byte[] pass(byte[] arguments) throws InterruptedException {
            arrived.countDown();
            opened.await();
            return new byte[0];
        }

        void awaitArrival() throws InterruptedException {
            assertTrue(arrived.await(60, TimeUnit.SECONDS), "nobody calls the controller");
        }

        void open() {
            opened.countDown();
        }
    }

    private CompletableFuture<byte[]> start(GuestCode.Function function, Gate gate) {
        return controller.start(
                guest.at(function), GuestCode.callback(controller, gate.tag).toBytes());
    }

    /**
     * Has the calling thread of the guest call a handler when it ends.
     *
     * @param code the code of the destructor
     */
    private CompletableFuture<byte[]> atThreadEnd(
            GuestCode code, ExecutorAddress tag, boolean crashes) {
        ExecutorAddress memory = value(services.reserve(PAGE));
        byte[] ending = GuestCode.callback(controller, tag).writeLong(crashes ? 1 : 0).toBytes();
        value(services.initialize(Memory.request(MemProt.READ_WRITE, memory, PAGE, ending)));
        return controller.start(
                code.at(AT_THREAD_END),
                new SpsWriter()
                        .writeAddress(services.processSymbol("__cxa_thread_atexit_impl"))
                        .writeAddress(memory)
                        .toBytes());
    }

    private CompletableFuture<Optional<String>> startRelease(ExecutorAddress base) {
        return CompletableFuture.supplyAsync(() -> services.release(base));
    }

    private static void assertWaits(CompletableFuture<?> result) {
        assertThrows(TimeoutException.class, () -> result.get(300, TimeUnit.MILLISECONDS));
    }

    private Finished end(int status) throws IOException, InterruptedException {
        controller.close();
        return session.assertEnds(status);
    }

    /** The second release is that of the destructor's code. */
    @Test
    void aReleaseWaitsForTheThreadsThatAnotherOneEnds() throws Exception {
        ExecutorAddress other = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, other, PAGE, new byte[0])));
        GuestCode code = GuestCode.load(controller, services);
        Gate gate = new Gate();
        await(atThreadEnd(code, gate.tag, false));
        CompletableFuture<Optional<String>> first = startRelease(other);
        gate.awaitArrival();
        CompletableFuture<Optional<String>> second = startRelease(code.base());
        assertWaits(second);
        gate.open();
        assertEquals(Optional.empty(), await(first));
        assertEquals(Optional.empty(), await(second));
        Finished end = end(0);
        assertFalse(end.errors().contains("crashed"), end::toString);
    }

    /** The destructor runs on the thread on which states of the guest are noted. */
    @Test
    void aDestructorThatCallsTheControllerKeepsTheStateForOtherWork() throws Exception {
        ExecutorAddress other = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, other, PAGE, new byte[0])));
        Gate ending = new Gate();
        ending.open();
        await(atThreadEnd(guest, ending.tag, false));
        Gate first = new Gate();
        CompletableFuture<byte[]> onFirst = start(CALL_BACK, first);
        first.awaitArrival();
        Gate second = new Gate();
        CompletableFuture<byte[]> crashes = start(CALL_BACK_AND_CRASH, second);
        second.awaitArrival();
        first.open();
        await(onFirst);
        assertEquals(Optional.empty(), services.release(other));
        ending.awaitArrival();
        second.open();
        await(crashes);
        Finished end = end(0);
        assertTrue(end.errors().contains("the state is as before"), end::toString);
        assertFalse(end.errors().contains("it cannot go on"), end::toString);
    }

    private ExecutorAddress otherMemory() {
        ExecutorAddress base = value(services.reserve(PAGE));
        return value(
                services.initialize(Memory.request(MemProt.READ_WRITE, base, PAGE, new byte[0])));
    }

    /** A handler that does something before it answers. */
    private <T> ExecutorAddress handler(CompletableFuture<T> done, Supplier<T> work) {
        return controller.offer(
                _ -> {
                    done.complete(work.get());
                    return new byte[0];
                });
    }

    /** The destructor may be in the memory, or not; and on the guest's first thread, or not. */
    @ParameterizedTest
    @CsvSource({"true, true", "false, true", "true, false"})
    void aControllerMayReleaseMemoryBeforeItAnswersADestructor(boolean isOfItsCode, boolean isFirst)
            throws Exception {
        ExecutorAddress one = otherMemory();
        ExecutorAddress two = otherMemory();
        ExecutorAddress three = otherMemory();
        GuestCode code = GuestCode.load(controller, services);
        CompletableFuture<List<Optional<String>>> released = new CompletableFuture<>();
        ExecutorAddress tag =
                handler(
                        released,
                        () ->
                                List.of(
                                        services.release(isOfItsCode ? code.base() : two),
                                        services.release(three)));
        Gate gate = new Gate();
        CompletableFuture<byte[]> onFirst = isFirst ? null : start(CALL_BACK, gate);
        if (!isFirst) {
            gate.awaitArrival();
        }
        await(atThreadEnd(code, tag, false));
        if (!isFirst) {
            gate.open();
            await(onFirst);
        }
        assertEquals(Optional.empty(), services.release(one));
        assertEquals(List.of(Optional.empty(), Optional.empty()), await(released));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        Finished end = end(0);
        assertEquals(0, crashes(end), end::toString);
    }

    /** It is not refused for good: it has been given back when the destructor has returned. */
    @Test
    void memoryThatADestructorMayUseCannotBeUsedAgainBeforeItReturns() throws Exception {
        ExecutorAddress one = otherMemory();
        ExecutorAddress two = otherMemory();
        CompletableFuture<Optional<String>> deinitialized = new CompletableFuture<>();
        await(atThreadEnd(guest, handler(deinitialized, () -> services.deinitialize(two)), false));
        assertEquals(Optional.empty(), services.release(one));
        String refusal = await(deinitialized).orElseThrow();
        assertTrue(refusal.contains("have not returned after 5000 ms"), refusal);
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        assertEquals(Optional.empty(), services.release(two));
        end(0);
    }

    /** Work that comes while the first thread ends gets another one. */
    @Test
    void aControllerMayCallCodeBeforeItAnswersADestructor() throws Exception {
        ExecutorAddress one = otherMemory();
        CompletableFuture<Integer> answered = new CompletableFuture<>();
        await(
                atThreadEnd(
                        guest,
                        handler(answered, () -> services.runAsVoid(guest.at(ANSWER))),
                        false));
        assertEquals(Optional.empty(), services.release(one));
        assertEquals(42, await(answered));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        end(0);
    }

    /** What the guest returns to has the destructor registered again, whose code goes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aDestructorThatCrashesInAReleaseDoesNotRunAgain(boolean isOfItsCode) throws Exception {
        ExecutorAddress other = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, other, PAGE, new byte[0])));
        GuestCode code = GuestCode.load(controller, services);
        Gate gate = new Gate();
        gate.open();
        await(atThreadEnd(code, gate.tag, true));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)), "a state is noted");
        assertEquals(Optional.empty(), services.release(isOfItsCode ? code.base() : other));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        assertEquals(Optional.empty(), services.release(isOfItsCode ? other : code.base()));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        Finished end = end(0);
        assertEquals(1, crashes(end), end::toString);
    }

    /**
     * A thread of the session has the guest's first thread when the guest returns, or none has,
     * because another release has run them; then they are not back.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void destructorsThatAnEndOfTheGuestBringsBackRunBeforeTheirCodeGoes(boolean isFirstIdle)
            throws Exception {
        ExecutorAddress one = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, one, PAGE, new byte[0])));
        ExecutorAddress two = value(services.reserve(PAGE));
        value(services.initialize(Memory.request(MemProt.READ_WRITE, two, PAGE, new byte[0])));
        GuestCode code = GuestCode.load(controller, services);
        AtomicInteger ends = new AtomicInteger();
        ExecutorAddress tag =
                controller.offer(
                        _ -> {
                            ends.incrementAndGet();
                            return new byte[0];
                        });
        await(atThreadEnd(code, tag, false));
        long pid = services.runAsVoid(services.processSymbol("getpid"));
        if (!isFirstIdle) {
            assertEquals(Optional.empty(), services.release(one));
        }
        assertEquals(isFirstIdle ? 0 : 1, ends.get());
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        session.executor().awaitErrors("the state is as");
        assertEquals(Optional.empty(), services.release(code.base()));
        assertEquals(1, ends.get());
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        assertEquals(Optional.empty(), services.release(two));
        Finished end = end(0);
        assertEquals(0, crashes(end, "SIGSEGV"), end::toString);
    }

    /** An earlier state has it still. */
    @Test
    void aDestructorThatHasRunInAReleaseDoesNotRunInCodeThatHasGone() throws Exception {
        ExecutorAddress one = otherMemory();
        GuestCode code = GuestCode.load(controller, services);
        long pid = services.runAsVoid(services.processSymbol("getpid"));
        Gate gate = new Gate();
        gate.open();
        await(atThreadEnd(code, gate.tag, false));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)), "a state is noted");
        assertEquals(Optional.empty(), services.release(code.base()));
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        session.executor().awaitErrors("the state is as");
        assertEquals(Optional.empty(), services.release(one));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        Finished end = end(0);
        assertEquals(0, crashes(end, "SIGSEGV"), end::toString);
    }

    private static long crashes(Finished end, String signal) {
        return end.errors().lines().filter(line -> line.contains("crashed: " + signal)).count();
    }

    private static long crashes(Finished end) {
        return end.errors().lines().filter(line -> line.contains("crashed")).count();
    }

    /** The guest's exit would run it. */
    @Test
    void anAtExitFunctionThatCrashesInAReleaseDoesNotRunAgain() throws Exception {
        GuestCode code = GuestCode.load(controller, services);
        controller.call(
                code.at(AT_EXIT),
                new SpsWriter().writeAddress(services.processSymbol("atexit")).toBytes());
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)), "a state is noted");
        assertTrue(services.release(code.base()).isPresent(), "an action has failed");
        await(
                controller.start(
                        controller.symbol(Services.BOOT + "run_as_int_function_wrapper"),
                        new SpsWriter()
                                .writeAddress(services.processSymbol("exit"))
                                .writeInt(3)
                                .toBytes()));
        assertEquals(42, services.runAsVoid(guest.at(ANSWER)));
        Finished end = end(0);
        assertEquals(1, crashes(end), end::toString);
    }
}
