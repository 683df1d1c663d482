package dev.orcinus.executor.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.orcinus.executor.EmptyTable;
import dev.orcinus.fakes.FakeChannel;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session whose log is read late: the process would else end before it says why. */
@Timeout(60)
final class LateReaderTest {
    private static final ExecutorAddress DISPATCH = new ExecutorAddress(0xd15);
    private static final long LATE_MILLIS = 200;

    private final FakeGuest fake = new FakeGuest();
    private final List<String> read = new CopyOnWriteArrayList<>();
    private final CountDownLatch writes = new CountDownLatch(1);
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private volatile Optional<GuestEnd> end = Optional.empty();
    private volatile Runnable onEnd;
    private Thread reader;

    private IsolatedGuest guest() {
        return (IsolatedGuest)
                Proxy.newProxyInstance(
                        IsolatedGuest.class.getClassLoader(),
                        new Class<?>[] {IsolatedGuest.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "end" -> end;
                                    case "onCrash", "onUpcallFailure" -> null;
                                    case "onEnd" -> {
                                        onEnd = (Runnable) arguments[0];
                                        yield null;
                                    }
                                    default -> method.invoke(fake, arguments);
                                });
    }

    /** Ends the guest, as the thread does that watches it, while the session begins to end. */
    private final class Killer implements Service {
        @Override
        public void onDetach(Session session) {
            end = Optional.of(new GuestEnd.Exited(3));
            Thread thread = new Thread(onEnd);
            thread.setDaemon(true);
            thread.start();
            await(writes);
        }

        @Override
        public void onShutdown(Session session) {
            cleaned.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits like a write to a pipe that is full until the session has nothing else to do. */
    private void write(String line) {
        writes.countDown();
        await(cleaned);
        try {
            reader.join(LATE_MILLIS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        read.add(line);
    }

    @Test
    void aSessionEndsAfterItHasSaidWhy() throws Exception {
        reader = Thread.currentThread();
        Guest guest = guest();
        Session session =
                new Session(
                        guest,
                        EmptyTable.of(fake),
                        List.of(new Killer()),
                        new FakeChannel(),
                        SessionOptions.DEFAULT,
                        this::write);
        SessionEnd ended = session.run(DISPATCH, new ExecutorAddress(1));
        assertEquals(
                List.of(
                        "the guest exited with status 3; it cannot go on: no state of it has been"
                                + " noted"),
                read);
        assertEquals(end, ended.guestEnd());
    }
}
