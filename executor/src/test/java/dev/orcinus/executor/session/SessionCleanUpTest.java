package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.executor.service.BootstrapServices;
import dev.orcinus.executor.service.NativeHooks;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationActions;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemLifetime;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestThreadLocals.Request;
import dev.orcinus.platform.spi.host.HostChannel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests of the order in which a session cleans up, with all services of an executor. */
@Timeout(120)
final class SessionCleanUpTest {
    private static final ExecutorAddress TAG = new ExecutorAddress(0x7a60);
    private static final ExecutorAddress DISPATCH = new ExecutorAddress(0xd15);
    private static final ExecutorAddress CONTEXT = new ExecutorAddress(1);
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final EventLog happened = new EventLog();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final FakeChannel line = new FakeChannel();
    private final CountDownLatch release = new CountDownLatch(1);
    private final FakeGuest fake = new FakeGuest();
    private BootstrapServices services;
    private Guest guest;
    private Session session;
    private ExecutorAddress base;

    @BeforeEach
    void makeServices() throws HostCallException {
        guest = happened.guest(fake);
        NativeHooks hooks = new NativeHooks(guest, Map.of(), _ -> Optional.empty());
        services = new BootstrapServices(guest, PresentedTarget.of(guest), hooks, _ -> _ -> {});
    }

    @AfterEach
    void letGuestCodeGo() {
        release.countDown();
    }

    private void open(Duration grace) throws AllocationException, HostCallException {
        HostChannel channel = happened.record(HostChannel.class, line, "shutdown", "close");
        session =
                new Session(
                        guest,
                        services.table(),
                        services.services(),
                        channel,
                        SessionOptions.DEFAULT.withGrace(grace),
                        log::add);
        base = session.memory().reserve(2 * FakeGuestMemory.PAGE);
        session.memory().reserveShared(FakeGuestMemory.PAGE);
        Request request = new Request("block", new byte[8], 8, 8, false, List.of(0L), List.of());
        session.guest().threadLocals().open(request, 1);
    }

    /** A dealloc action of guest code that records its call. */
    private final class Action implements AllocationAction {
        private final String name;
        private final Runnable work;

        Action(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void run() {
            happened.add(name);
            work.run();
        }

        @Override
        public boolean runsGuestCode() {
            return true;
        }

        @Override
        public ExecutorAddress function() {
            return TAG;
        }
    }

    private void allocate(int page, Action onDealloc) throws AllocationException {
        InFlightAllocation allocation = session.memory().begin();
        allocation.addSegment(
                new AllocGroup(MemProt.READ, MemLifetime.STANDARD),
                base.plus(page * FakeGuestMemory.PAGE),
                FakeGuestMemory.PAGE,
                0);
        allocation.finish(List.of(new AllocationActions.Pair(AllocationAction.NONE, onDealloc)));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Acts as guest code that waits for the controller, then runs for a while. */
    private void callTheController() {
        var _ =
                session.guest()
                        .threads()
                        .run(
                                () -> {
                                    WrapperFunctionResult result =
                                            session.dispatch(TAG, MemorySegment.NULL);
                                    happened.add(
                                            ((WrapperFunctionResult.OutOfBandError) result)
                                                    .message());
                                    pause();
                                    happened.add("guest code ends");
                                    return null;
                                });
        while (line.written().length == 0) {
            Thread.onSpinWait();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void waitersThenGuestCodeThenStdioThenActionsThenStdioThenMemoryThenTheLine() throws Exception {
        open(LONG);
        allocate(0, new Action("dealloc action of the older allocation", () -> {}));
        allocate(1, new Action("dealloc action of the younger allocation", () -> {}));
        callTheController();
        assertEquals(new SessionEnd(Optional.empty(), 0), session.run(DISPATCH, CONTEXT));
        assertEquals(
                List.of(
                        "disconnecting",
                        "guest code ends",
                        "flushStdio",
                        "dealloc action of the younger allocation",
                        "dealloc action of the older allocation",
                        "flushStdio",
                        "unlinkShared",
                        "unmap",
                        "close",
                        "shutdown",
                        "close"),
                happened.events());
        assertEquals(List.of(), log);
        assertEquals(List.of(), fake.memory().mapped());
        assertEquals(List.of(100L), fake.threadLocals().closed());
        assertEquals(2, fake.process().flushes());
        assertThrows(IllegalStateException.class, () -> session.memory().reserve(1));
    }

    @Test
    void guestCodeThatRunsOnKeepsItsMemoryButNoNames() throws Exception {
        open(SHORT);
        allocate(0, new Action("dealloc action", () -> {}));
        var _ =
                session.guest()
                        .threads()
                        .run(
                                () -> {
                                    await(release);
                                    return null;
                                });
        assertEquals(new SessionEnd(Optional.empty(), 1), session.run(DISPATCH, CONTEXT));
        assertEquals(List.of("flushStdio", "unlinkShared", "shutdown", "close"), happened.events());
        assertEquals(
                List.of("guest code still runs 1000 ms after the session: 1 calls are left behind"),
                log);
        assertEquals(2, fake.memory().mapped().size());
        assertEquals(0, fake.memory().names().size(), "the name of shared memory goes");
        assertEquals(1, fake.process().flushes());
    }

    @Test
    void anActionThatRunsOnKeepsTheMemoryToo() throws Exception {
        open(SHORT);
        allocate(0, new Action("dealloc action of the older allocation", () -> {}));
        allocate(1, new Action("dealloc action that blocks", () -> await(release)));
        SessionEnd end = session.run(DISPATCH, CONTEXT);
        assertEquals(2, end.guestCodeLeft(), "the action, and who waits for it");
        assertEquals(
                List.of(
                        "flushStdio",
                        "dealloc action that blocks",
                        "unlinkShared",
                        "shutdown",
                        "close"),
                happened.events());
        assertEquals(
                List.of("clean-up code still runs 1000 ms after the session, and is left behind"),
                log);
    }
}
