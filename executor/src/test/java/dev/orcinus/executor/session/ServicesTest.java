package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.service.BootstrapServices;
import dev.orcinus.executor.service.NativeHooks;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ServicesTest {
    private final EventLog happened = new EventLog();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private WrapperTable table;

    @BeforeEach
    void makeTable() throws HostCallException {
        Guest guest = happened.guest(new FakeGuest());
        NativeHooks hooks = new NativeHooks(guest, Map.of(), _ -> Optional.empty());
        table =
                new BootstrapServices(guest, PresentedTarget.of(guest), hooks, _ -> _ -> {})
                        .table();
    }

    /** Returns a service that records the calls of its methods. */
    private Service named(String name) {
        return new Service() {
            @Override
            public void onDetach(Session session) {
                happened.add(name + " is detached");
            }

            @Override
            public void onShutdown(Session session) {
                happened.add(name + " is shut down");
            }
        };
    }

    private SessionEnd run(Service... services) {
        return new Session(
                        happened.guest(new FakeGuest()),
                        table,
                        List.of(services),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        log::add)
                .run(new ExecutorAddress(1), new ExecutorAddress(2));
    }

    @Test
    void allAreDetachedBeforeOneIsShutDownAndTheLastOneIsTheFirst() {
        assertEquals(new SessionEnd(Optional.empty(), 0), run(named("a"), named("b"), named("c")));
        assertEquals(
                List.of(
                        "c is detached",
                        "b is detached",
                        "a is detached",
                        "c is shut down",
                        "b is shut down",
                        "a is shut down"),
                happened.events());
        assertEquals(List.of(), log);
    }

    @Test
    void aServiceThatFailsHoldsNoOtherOneUp() {
        Service failing =
                new Service() {
                    @Override
                    public void onDetach(Session session) {
                        throw new IllegalStateException("first");
                    }

                    @Override
                    public void onShutdown(Session session) {
                        throw new AssertionError("second");
                    }
                };
        run(named("a"), failing);
        assertEquals(List.of("a is detached", "a is shut down"), happened.events());
        assertEquals(
                List.of(
                        "internal error at the end of the session:"
                                + " java.lang.IllegalStateException: first",
                        "internal error at the end of the session:"
                                + " java.lang.AssertionError: second"),
                log);
    }
}
