package dev.orcinus.runtime.threadlocals;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeThreadLocals;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestThreadLocals;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ThreadLocalBlocksTest {
    private final FakeThreadLocals host = new FakeThreadLocals();
    private final ThreadLocalBlocks blocks = new ThreadLocalBlocks(host);

    private static GuestThreadLocals.Request request(GuestThreadLocals.Import... imports) {
        return new GuestThreadLocals.Request(
                "x.o", new byte[1], 8, 8, false, List.of(), List.of(imports));
    }

    private static GuestThreadLocals.Import from(ExecutorAddress block) {
        return new GuestThreadLocals.Import("", block, 4, true, false);
    }

    @Test
    void aBlockIsClosedByTheLastOfItsOwners() throws HostCallException {
        ExecutorAddress first = blocks.open(request(), 3).handle();
        blocks.close(first.plus(1));
        blocks.close(first.plus(1));
        blocks.close(first);
        assertEquals(List.of(), host.closed());
        blocks.close(first.plus(2));
        assertEquals(List.of(100L), host.closed());
        blocks.close(first);
        assertEquals(List.of(100L), host.closed());
    }

    @Test
    void importsAreOfBlocksThatAreOpen() throws HostCallException {
        ExecutorAddress first = blocks.open(request(), 2).handle();
        blocks.open(request(from(first.plus(1))), 1);
        assertEquals(100, host.requests().getLast().imports().getFirst().block().value());
        HostCallException e =
                assertThrows(
                        HostCallException.class,
                        () -> blocks.open(request(from(new ExecutorAddress(100))), 1));
        assertTrue(e.getMessage().contains("0x64, which is not open"), e.getMessage());
        assertEquals(2, host.requests().size());
    }

    @Test
    void theEndClosesWhatIsOpenAndReportsFailuresAfterwards() throws HostCallException {
        blocks.open(request(), 2);
        blocks.open(request(), 1);
        blocks.open(request(), 1);
        assertThrows(HostCallException.class, blocks::closeAll);
        assertEquals(List.of(102L, 101L, 100L), host.closed());
        blocks.closeAll();
        assertEquals(3, host.closed().size());
    }

    @Test
    void theBlocksAreWhatTheyWere() throws HostCallException {
        ExecutorAddress first = blocks.open(request(), 2).handle();
        Runnable then = blocks.state();
        blocks.close(first);
        ExecutorAddress later = blocks.open(request(), 1).handle();
        then.run();
        assertTrue(blocks.isOpen(first) && blocks.isOpen(first.plus(1)));
        assertFalse(blocks.isOpen(later));
        blocks.close(first);
        assertEquals(List.of(), host.closed(), "both handles are open again");
        blocks.close(first.plus(1));
        assertEquals(List.of(100L), host.closed());
    }

    @Test
    void blocksThatAControllerHasOpenedSinceAreOpenedAgain() throws HostCallException {
        blocks.open(request(), 1);
        Runnable then = blocks.state();
        ExecutorAddress kept = blocks.openKept(request(), 2).handle();
        blocks.close(kept.plus(1));
        then.run();
        assertEquals(3, host.requests().size());
        assertTrue(blocks.isOpen(kept));
        assertFalse(blocks.isOpen(kept.plus(1)), "the controller has closed it");
        blocks.open(request(from(kept)), 1);
        assertEquals(102, host.requests().getLast().imports().getFirst().block().value());
        blocks.close(kept);
        assertEquals(List.of(102L), host.closed(), "the block of today");
    }

    @Test
    void blocksThatTheControllerHasClosedAreNotOpenedAgain() throws HostCallException {
        Runnable then = blocks.state();
        ExecutorAddress kept = blocks.openKept(request(), 1).handle();
        blocks.close(kept);
        then.run();
        assertEquals(1, host.requests().size());
        assertFalse(blocks.isOpen(kept));
    }

    @Test
    void blocksThatBelongToTheStateAreNotOpenedAgain() throws HostCallException {
        ExecutorAddress kept = blocks.openKept(request(), 1).handle();
        blocks.state().run();
        assertEquals(1, host.requests().size());
        assertTrue(blocks.isOpen(kept));
    }

    @Test
    void theFirstFailureOfTheEndHasTheOthersInIt() throws HostCallException {
        host.failToClose(100);
        blocks.open(request(), 1);
        blocks.open(request(), 1);
        blocks.open(request(), 1);
        HostCallException first = assertThrows(HostCallException.class, blocks::closeAll);
        assertEquals(1, first.getSuppressed().length);
        assertEquals(List.of(102L, 101L, 100L), host.closed());
    }

    @Test
    void aBlockThatDoesNotComeBackToItsPlaceKeepsTheGuestFromGoingOn() throws HostCallException {
        Runnable then = blocks.state();
        blocks.openKept(request(), 1);
        host.openElsewhere();
        IllegalStateException moved = assertThrows(IllegalStateException.class, then::run);
        assertTrue(moved.getMessage().contains("x.o"), moved.getMessage());
        assertTrue(moved.getMessage().contains("does not come back to its place"));
    }

    @Test
    void aBlockThatCannotBeOpenedAgainKeepsTheGuestFromGoingOn() throws HostCallException {
        Runnable then = blocks.state();
        blocks.openKept(request(), 1);
        host.failToOpen();
        IllegalStateException refused = assertThrows(IllegalStateException.class, then::run);
        assertTrue(refused.getMessage().contains("no more"), refused.getMessage());
    }
}
