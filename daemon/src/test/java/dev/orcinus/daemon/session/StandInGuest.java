package dev.orcinus.daemon.session;

import dev.orcinus.executor.Executor;
import dev.orcinus.executor.target.PresentedTarget;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestGoneException;
import dev.orcinus.platform.spi.guest.GuestLibraries;
import dev.orcinus.platform.spi.guest.GuestProcess;
import dev.orcinus.platform.spi.guest.GuestUsage;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import dev.orcinus.platform.spi.guest.PreparedThread;
import dev.orcinus.platform.spi.host.HostProvider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A guest process that is none: it is this process, says of itself what a test wants, and notes how
 * it is ended. Many threads may use it.
 */
final class StandInGuest {
    private static final Guest HERE = HostProvider.current().guestInThisProcess();

    private final List<GuestEnd> kills = new CopyOnWriteArrayList<>();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger prepared = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final IsolatedGuest guest =
            (IsolatedGuest)
                    Proxy.newProxyInstance(
                            StandInGuest.class.getClassLoader(),
                            new Class<?>[] {IsolatedGuest.class},
                            (_, method, arguments) -> answer(method, arguments));
    private volatile Supplier<GuestUsage> usage = () -> new GuestUsage(1, 0, 0);
    private volatile Optional<GuestEnd> end = Optional.empty();
    private volatile boolean failsToPrepare;

    private Object answer(Method method, Object... arguments) throws Throwable {
        switch (method.getName()) {
            case "usage" -> {
                GuestUsage now = usage.get();
                looks.incrementAndGet();
                return now;
            }
            case "onCrash", "onEnd", "onUpcallFailure" -> {} // nothing to tell
            case "kill" -> kills.add((GuestEnd) arguments[0]);
            case "end" -> {
                return end;
            }
            case "pid" -> {
                return 4711L;
            }
            case "close" -> {
                closed.incrementAndGet();
                end = Optional.of(new GuestEnd.Lost("it has been closed"));
            }
            case "process" -> {
                return process();
            }
            case "libraries" -> {
                return end.isPresent() ? libraries() : HERE.libraries();
            }
            default -> {
                if (!method.getDeclaringClass().isInstance(HERE)) {
                    throw new AssertionError(method);
                }
                return invoke(HERE, method, arguments);
            }
        }
        return null;
    }

    /** This process, which goes on when the guest is asked to exit, and notes who prepares it. */
    private GuestProcess process() {
        return (GuestProcess)
                Proxy.newProxyInstance(
                        StandInGuest.class.getClassLoader(),
                        new Class<?>[] {GuestProcess.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "exit" -> null;
                                    case "prepareMainThread" -> prepare();
                                    default -> invoke(HERE.process(), method, arguments);
                                });
    }

    private PreparedThread prepare() throws HostCallException {
        if (failsToPrepare) {
            throw new HostCallException("no thread", 12, "no memory");
        }
        prepared.incrementAndGet();
        return new PreparedThread() {
            @Override
            public void close() {}

            @Override
            public boolean awaitEnd(Duration limit) {
                return true;
            }
        };
    }

    /** Returns how often its first thread has been prepared. */
    int prepared() {
        return prepared.get();
    }

    private static Object invoke(Object target, Method method, Object... arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The libraries of a process that has ended. */
    private GuestLibraries libraries() {
        return (GuestLibraries)
                Proxy.newProxyInstance(
                        StandInGuest.class.getClassLoader(),
                        new Class<?>[] {GuestLibraries.class},
                        (_, method, _) -> {
                            if (method.getReturnType() == ExecutorAddress.class) {
                                return ExecutorAddress.NULL;
                            }
                            throw new GuestGoneException(end.orElseThrow());
                        });
    }

    /** Returns it as a guest that can serve a session. */
    ReadyGuest ready(List<String> log) throws HostCallException {
        return new ReadyGuest(
                guest,
                new Executor(guest, PresentedTarget.of(HERE), log::add),
                new SessionLog(log::add));
    }

    /** Sets what it says it has taken. */
    void takes(Supplier<GuestUsage> what) {
        usage = what;
    }

    /** Makes it unable to prepare threads. */
    void failToPrepare() {
        failsToPrepare = true;
    }

    /** Makes it a process that has ended. */
    void die() {
        end = Optional.of(new GuestEnd.Crashed(11, ExecutorAddress.NULL));
    }

    /** Returns how it has been killed, each time. */
    List<GuestEnd> kills() {
        return kills;
    }

    /** Returns how often it has been closed. */
    int closed() {
        return closed.get();
    }

    /** Returns how often it has been asked what it takes. */
    int looks() {
        return looks.get();
    }
}
