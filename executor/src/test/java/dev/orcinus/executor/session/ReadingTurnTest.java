package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import dev.orcinus.platform.spi.host.ReadWatch;
import dev.orcinus.protocol.LineException;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the loans of a line over a loopback socket; the test has the session's thread. */
@Timeout(60)
@EnabledOnOs(OS.LINUX)
final class ReadingTurnTest {
    private HostChannel channel;
    private HostChannel controller;
    private NotedWatch watch;
    private ReadingTurn turn;

    /** A watch that knows whether what arrives ends its wait. */
    private static final class NotedWatch implements ReadWatch {
        private final ReadWatch watch;
        private final Semaphore waits = new Semaphore(0);
        private volatile boolean isArmed;
        private volatile boolean isClosed;

        NotedWatch(ReadWatch watch) {
            this.watch = watch;
        }

        @Override
        public void arm() {
            isArmed = true;
            watch.arm();
        }

        @Override
        public void disarm() {
            isArmed = false;
            watch.disarm();
        }

        @Override
        public void wake() {
            watch.wake();
        }

        @Override
        public void await() throws HostCallException {
            waits.release();
            watch.await();
        }

        @Override
        public void close() {
            isClosed = true;
            watch.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        HostChannels channels = HostProvider.current().channels();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Listener listener = channels.listen(any)) {
            controller = channels.connect(listener.address());
            channel = listener.accept();
        }
        watch = new NotedWatch(channel.openWatch().orElseThrow());
        turn = new ReadingTurn(watchedBy(channel, () -> Optional.of(watch)));
    }

    private static HostChannel watchedBy(
            HostChannel channel, Supplier<Optional<ReadWatch>> openWatch) {
        return (HostChannel)
                Proxy.newProxyInstance(
                        ReadingTurnTest.class.getClassLoader(),
                        new Class<?>[] {HostChannel.class},
                        (_, method, arguments) ->
                                method.getName().equals("openWatch")
                                        ? openWatch.get()
                                        : method.invoke(channel, arguments));
    }

    @AfterEach
    void close() {
        turn.close();
        if (!watch.isClosed) {
            watch.close(); // by a test that has lent nothing
        }
        channel.close();
        controller.close();
    }

    private void arrive() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            controller.write(arena.allocate(1));
        }
    }

    /** Borrows the line on another thread, which then does something. */
    private boolean borrow(long loan, BooleanSupplier then) throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> {
                            turn.borrow(loan);
                            return then.getAsBoolean();
                        })
                .get(10, TimeUnit.SECONDS);
    }

    @Test
    void theBorrowerReadsAfterItsWork() throws Exception {
        long loan = turn.lend();
        assertTrue(borrow(loan, () -> !turn.isMine() && turn.endWork() && turn.isMine()));
        assertTrue(turn.isLent());
        assertFalse(turn.isMine());
    }

    @Test
    void aBorrowerThatComesLateDoesNotGetTheNextLoan() throws Exception {
        arrive();
        long first = turn.lend();
        assertTrue(turn.await(), "something has arrived before the loan was taken");
        long second = turn.lend();
        assertNotEquals(first, second);
        assertFalse(borrow(first, turn::endWork));
        assertTrue(borrow(second, turn::endWork), "it is still to be taken");
    }

    @Test
    void aLoanThatHasBeenTakenBackIsNotBorrowed() throws Exception {
        long loan = turn.lend();
        turn.keep();
        assertFalse(borrow(loan, turn::endWork));
        assertFalse(turn.isLent());
    }

    @Test
    void aLoanThatIsDeclinedWakesTheSessionsThread() throws Exception {
        long loan = turn.lend();
        CompletableFuture<Boolean> later =
                CompletableFuture.supplyAsync(
                        () -> {
                            turn.decline(loan - 1);
                            boolean isStillLent = turn.isLent();
                            turn.decline(loan);
                            return isStillLent;
                        });
        assertTrue(turn.await());
        assertTrue(later.get(10, TimeUnit.SECONDS));
        assertEquals(loan + 1, turn.lend());
    }

    /** Starts a wait for the line, and returns when it is about to wait. */
    private CompletableFuture<Boolean> await() throws Exception {
        CompletableFuture<Boolean> wait = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                wait.complete(turn.await());
                            } catch (LineException e) {
                                wait.completeExceptionally(e);
                            }
                        });
        assertTrue(watch.waits.tryAcquire(10, TimeUnit.SECONDS));
        return wait;
    }

    @Test
    void theSessionsThreadWaitsUntilSomethingArrives() throws Exception {
        var _ = turn.lend();
        CompletableFuture<Boolean> wait = await();
        assertTrue(turn.isLent(), "nothing has arrived");
        arrive();
        assertTrue(wait.get(10, TimeUnit.SECONDS));
        assertFalse(turn.isLent());
    }

    @Test
    void aWaitEndsWhenTheLoanIsDeclinedMeanwhile() throws Exception {
        long loan = turn.lend();
        CompletableFuture<Boolean> wait = await();
        turn.decline(loan);
        assertFalse(turn.isLent(), "it is taken back at once");
        assertTrue(wait.get(10, TimeUnit.SECONDS));
    }

    @Test
    void aWaitEndsWithTheSession() throws Exception {
        var _ = turn.lend();
        CompletableFuture<Boolean> wait = await();
        Throwable reason = new IllegalStateException("its reader has failed");
        turn.end(reason);
        turn.end(new IllegalStateException("later"));
        assertFalse(wait.get(10, TimeUnit.SECONDS));
        assertFalse(turn.await());
        assertSame(reason, turn.failure());
    }

    /** Else the session's thread would wake for each call that the borrower reads. */
    @Test
    void whatArrivesWakesTheSessionsThreadOnlyWhileTheBorrowerWorks() throws Exception {
        long loan = turn.lend();
        assertTrue(watch.isArmed);
        assertTrue(borrow(loan, () -> turn.endWork() && !watch.isArmed));
        assertFalse(watch.isArmed, "the borrower reads");
    }

    /** Has the test borrow the line, for which another thread waits. */
    private CompletableFuture<Boolean> borrowAndRead() throws Exception {
        turn.borrow(turn.lend());
        CompletableFuture<Boolean> wait = await();
        assertTrue(turn.endWork());
        return wait;
    }

    private static void elsewhere(Runnable action) throws Exception {
        CompletableFuture.runAsync(action).get(10, TimeUnit.SECONDS);
    }

    @Test
    void aBorrowerThatHasReadACallWorksAgain() throws Exception {
        CompletableFuture<Boolean> wait = borrowAndRead();
        elsewhere(turn::beginWork);
        assertTrue(turn.isMine(), "it is not another thread's");
        turn.beginWork();
        assertFalse(turn.isMine());
        assertTrue(turn.endWork());
        turn.beginWork();
        arrive();
        assertTrue(wait.get(10, TimeUnit.SECONDS));
        assertFalse(turn.endWork(), "the session's thread has it");
    }

    @Test
    void theBorrowerGivesTheLineBack() throws Exception {
        CompletableFuture<Boolean> wait = borrowAndRead();
        elsewhere(turn::giveBack);
        assertTrue(turn.isMine(), "it is not another thread's");
        turn.giveBack();
        assertTrue(wait.get(10, TimeUnit.SECONDS));
        assertFalse(turn.isMine());
        assertFalse(turn.isLent());
    }

    /** The session's thread reads it then, and has no use for being woken. */
    @Test
    void aLineThatIsNotLentIsNotWatched() throws Exception {
        var _ = turn.lend();
        turn.keep();
        assertFalse(watch.isArmed, "nobody has borrowed it");
        turn.decline(turn.lend());
        assertFalse(watch.isArmed, "it has been declined");
        var _ = turn.lend();
        arrive();
        while (turn.isLent()) {
            assertTrue(turn.await());
        }
        assertFalse(watch.isArmed, "it has been taken back");
    }

    @Test
    void aSystemWithoutAWatchIsAskedOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HostChannel unwatched =
                watchedBy(
                        new FakeChannel(),
                        () -> {
                            asked.incrementAndGet();
                            return Optional.empty();
                        });
        try (ReadingTurn plain = new ReadingTurn(unwatched)) {
            assertEquals(0, plain.lend());
            assertEquals(0, plain.lend());
            assertEquals(1, asked.get());
            assertTrue(plain.await(), "the session's thread reads");
            plain.end(null);
            assertFalse(plain.await());
        }
    }

    @Test
    void theWatchEndsWithTheSession() throws Exception {
        var _ = turn.lend();
        turn.close();
        assertTrue(watch.isClosed);
        assertFalse(turn.await());
    }
}
