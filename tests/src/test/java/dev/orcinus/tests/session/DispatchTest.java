package dev.orcinus.tests.session;

import static dev.orcinus.tests.controller.Controller.await;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK_AND_PRINT_ERROR;
import static dev.orcinus.tests.controller.GuestCode.Function.CALL_BACK_FROM_THREADS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.protocol.ProtocolException;
import dev.orcinus.protocol.sps.SpsReader;
import dev.orcinus.protocol.sps.SpsWriter;
import dev.orcinus.tests.controller.Controller;
import dev.orcinus.tests.controller.GuestCode;
import dev.orcinus.tests.controller.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** Tests of guest code that calls the controller by jit-dispatch. */
final class DispatchTest {
    @TempDir Path directory;

    private ForkedSession session;
    private Controller controller;
    private GuestCode guest;

    @BeforeEach
    void open() throws IOException, InterruptedException, ProtocolException {
        session = new ForkedSession(directory);
        controller = session.controller();
        guest = GuestCode.load(controller, session.services());
    }

    @AfterEach
    void close() throws IOException {
        session.close();
    }

    /**
     * Makes guest code call the handler {@code tag} with {@code bytes}; returns the handler's
     * future result.
     */
    private CompletableFuture<byte[]> callBack(ExecutorAddress tag, byte[] bytes) {
        return controller.start(
                guest.at(CALL_BACK),
                GuestCode.callback(controller, tag).writeBytes(bytes).toBytes());
    }

    private void endWell() throws IOException, InterruptedException {
        controller.close();
        session.assertEnds(0);
    }

    /** Results of up to 8 bytes are returned in a register, longer ones on the C heap. */
    @Test
    void argumentsAndResultsOfAllSizes() throws IOException, InterruptedException {
        ExecutorAddress echo = controller.offer(arguments -> arguments);
        for (int size : new int[] {0, 1, 7, 8, 9, 64, 4096, 70_000, 3_000_000}) {
            byte[] bytes = new byte[size];
            for (int i = 0; i < size; i++) {
                bytes[i] = (byte) (i * 31 + size);
            }
            assertArrayEquals(
                    bytes, await(callBack(echo, bytes)), "a result of " + size + " bytes");
        }
        endWell();
    }

    @Test
    void callsNest() throws IOException, InterruptedException {
        ExecutorAddress[] self = new ExecutorAddress[1];
        self[0] =
                controller.offer(
                        depth ->
                                depth[0] == 0
                                        ? new byte[] {42}
                                        : await(
                                                callBack(
                                                        self[0],
                                                        new byte[] {(byte) (depth[0] - 1)})));
        assertArrayEquals(new byte[] {42}, await(callBack(self[0], new byte[] {20})));
        endWell();
    }

    /** No call gets its result before all have come, so they must run at the same time. */
    @Test
    void manyCallsAtOnce() throws IOException, InterruptedException {
        int calls = 100;
        CyclicBarrier all = new CyclicBarrier(calls);
        ExecutorAddress tag =
                controller.offer(
                        arguments -> {
                            all.await(60, TimeUnit.SECONDS);
                            return arguments;
                        });
        List<CompletableFuture<byte[]>> results = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            results.add(callBack(tag, new SpsWriter().writeInt(i).toBytes()));
        }
        for (int i = 0; i < calls; i++) {
            assertArrayEquals(new SpsWriter().writeInt(i).toBytes(), await(results.get(i)));
        }
        endWell();
    }

    @Test
    void callsFromThreadsOfTheGuestsOwn()
            throws IOException, InterruptedException, ProtocolException {
        long threads = 16;
        long calls = 100;
        ExecutorAddress tag = controller.offer(DispatchTest::answerThread);
        Services services = session.services();
        byte[] right =
                controller.call(
                        guest.at(CALL_BACK_FROM_THREADS),
                        GuestCode.callback(controller, tag)
                                .writeAddress(services.processSymbol("pthread_create"))
                                .writeAddress(services.processSymbol("pthread_join"))
                                .writeLong(threads)
                                .writeLong(calls)
                                .toBytes());
        assertEquals(threads * calls, Controller.reader(right).readLong());
        endWell();
    }

    private static byte[] answerThread(byte[] arguments) throws ProtocolException {
        SpsReader in = Controller.reader(arguments);
        return new SpsWriter().writeLong(in.readLong() * 1_000_000 + in.readLong()).toBytes();
    }

    @Test
    void anUnknownHandlerIsAnsweredWithNothing() throws IOException, InterruptedException {
        assertEquals(0, await(callBack(new ExecutorAddress(77), new byte[] {1})).length);
        endWell();
    }

    @Test
    void aControllerThatGoesAwayReleasesWhoWaitsForIt() throws IOException, InterruptedException {
        int calls = 3;
        CountDownLatch come = new CountDownLatch(calls);
        CountDownLatch never = new CountDownLatch(1);
        ExecutorAddress tag =
                controller.offer(
                        arguments -> {
                            come.countDown();
                            never.await();
                            return arguments;
                        });
        byte[] arguments =
                GuestCode.callback(controller, tag)
                        .writeAddress(session.services().processSymbol("puts"))
                        .writeAddress(session.services().processSymbol("free"))
                        .toBytes();
        List<CompletableFuture<byte[]>> results = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            results.add(controller.start(guest.at(CALL_BACK_AND_PRINT_ERROR), arguments));
        }
        come.await();
        controller.close();
        assertEquals("disconnecting\n".repeat(calls), session.assertEnds(0).output());
        for (CompletableFuture<byte[]> result : results) {
            awaitEnd(result);
        }
        never.countDown();
    }

    /** Requires the end of a call, with or without a result, so that no thread waits for it. */
    private static void awaitEnd(CompletableFuture<byte[]> result) throws InterruptedException {
        try {
            result.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertTrue(e.getCause() instanceof IOException, e::toString);
        } catch (TimeoutException e) {
            throw new AssertionFailedError("a call still waits", e);
        }
    }
}
