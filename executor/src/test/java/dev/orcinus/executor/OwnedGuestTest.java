package dev.orcinus.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
final class OwnedGuestTest {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Thread exiting;

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A guest whose exit does not end before the guest has been closed under it. */
    private IsolatedGuest guest() {
        GuestProcess process =
                proxy(
                        GuestProcess.class,
                        (_, method, _) -> {
                            calls.add(method.getName());
                            exiting = Thread.currentThread();
                            closed.await();
                            throw new IllegalStateException("Already closed");
                        });
        return proxy(
                IsolatedGuest.class,
                (_, method, _) ->
                        switch (method.getName()) {
                            case "end" -> Optional.empty();
                            case "process" -> process;
                            case "close" -> {
                                calls.add("close");
                                closed.countDown();
                                yield null;
                            }
                            default -> throw new AssertionError(method);
                        });
    }

    @Test
    void aGuestWhoseExitTakesTooLongIsEndedWithoutNoise() throws Exception {
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> uncaught.add(e));
        try {
            new OwnedGuest(guest()).close();
            exiting.join();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(List.of("exit", "close"), calls);
        assertTrue(uncaught.isEmpty(), uncaught::toString);
    }

    @Test
    void aBusyGuestIsNotAskedToExit() {
        OwnedGuest busy = new OwnedGuest(guest());
        busy.leaveBusy();
        busy.close();
        assertEquals(List.of("close"), calls);
    }
}
