package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.host.HostChannel;
import dev.orcinus.platform.spi.host.HostChannels;
import dev.orcinus.platform.spi.host.HostChannels.Listener;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Tests of the loans of a line over a loopback socket; the test has the session's thread. */
@Timeout(30)
@EnabledOnOs(OS.LINUX)
final class ReadingTurnTest {
    private HostChannel channel;
    private HostChannel controller;
    private ReadingTurn turn;

    @BeforeEach
    void open() throws Exception {
        HostChannels channels = HostProvider.current().channels();
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Listener listener = channels.listen(any)) {
            controller = channels.connect(listener.address());
            channel = listener.accept();
        }
        turn = new ReadingTurn(channel);
    }

    @AfterEach
    void close() {
        turn.close();
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
}
