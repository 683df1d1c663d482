package dev.orcinus.runtime.guest;

import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.Proxy;
import java.util.Optional;

/**
 * A guest process of which nothing is asked but its state and its end. A test ends it; it does not
 * come back.
 */
final class ProcessStub {
    private volatile Optional<GuestEnd> end = Optional.empty();
    private volatile Runnable observer = () -> {};

    IsolatedGuest guest() {
        return (IsolatedGuest)
                Proxy.newProxyInstance(
                        ProcessStub.class.getClassLoader(),
                        new Class<?>[] {IsolatedGuest.class},
                        (_, method, arguments) -> answer(method.getName(), arguments));
    }

    private Object answer(String call, Object... arguments) {
        return switch (call) {
            case "onEnd" -> {
                observer = (Runnable) arguments[0];
                yield null;
            }
            case "end" -> end;
            case "hasThreadsOfItsOwn" -> false;
            case "checkpoint" -> new State();
            default -> throw new AssertionError(call);
        };
    }

    /** Ends the process, and tells who observes that. */
    void end(GuestEnd how) {
        end = Optional.of(how);
        observer.run();
    }

    private static final class State implements GuestCheckpoint {
        @Override
        public boolean isCurrent() {
            return true;
        }

        @Override
        public void restore() {
            throw new IllegalStateException("it does not come back");
        }

        @Override
        public void close() {} // there is no copy
    }
}
