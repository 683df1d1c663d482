package dev.orcinus.runtime.guest;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.GuestCheckpoint;
import dev.orcinus.platform.spi.guest.IsolatedGuest;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Stands for a guest process that can be made to end; its states write down what becomes of them.
 */
final class CheckpointedProcess {
    static final GuestEnd CRASH = new GuestEnd.Exited(3);

    volatile Optional<GuestEnd> end = Optional.empty();
    boolean hasThreads;
    boolean hasRunSince;
    boolean endsWhenForgetting;
    Runnable whenForgetting = () -> {};
    boolean failsToForget;
    boolean waitsWhenForgetting;
    String refusal;

    private final List<String> happened;
    private Runnable onEnd = () -> {};
    private int states;

    CheckpointedProcess(List<String> happened) {
        this.happened = happened;
    }

    IsolatedGuest guest() {
        return (IsolatedGuest)
                Proxy.newProxyInstance(
                        IsolatedGuest.class.getClassLoader(),
                        new Class<?>[] {IsolatedGuest.class},
                        (_, method, arguments) -> answer(method.getName(), arguments));
    }

    private Object answer(String call, Object... arguments) throws HostCallException {
        return switch (call) {
            case "end" -> end;
            case "pid" -> 4711L;
            case "memory" -> new FakeGuest().memory();
            case "hasThreadsOfItsOwn" -> hasThreads;
            case "checkpoint" -> checkpoint();
            case "forgetDestructors" -> {
                happened.add("forgotten " + arguments[0]);
                forgetDestructors();
                yield null;
            }
            case "makeReturn" -> throw new ArithmeticException("integer overflow");
            case "kill" -> {
                end = Optional.of((GuestEnd) arguments[0]);
                yield null;
            }
            case "onEnd" -> {
                onEnd = (Runnable) arguments[0];
                yield null;
            }
            default -> throw new AssertionError(call);
        };
    }

    private void forgetDestructors() throws HostCallException {
        hasRunSince = true;
        if (endsWhenForgetting) {
            end = Optional.of(CRASH);
        }
        whenForgetting.run();
        if (waitsWhenForgetting) {
            awaitKill();
        }
        if (failsToForget) {
            throw new HostCallException("mprotect", 12, "no memory");
        }
    }

    private void awaitKill() {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (end.isEmpty()) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError("nobody ends the guest");
            }
            Thread.onSpinWait();
        }
    }

    private State checkpoint() throws HostCallException {
        if (refusal != null) {
            throw new HostCallException("fork", 11, refusal);
        }
        hasRunSince = false;
        return new State(++states);
    }

    /** Ends the process, and tells who observes that. */
    void crash() {
        end = Optional.of(CRASH);
        onEnd.run();
    }

    /** A state of the process. */
    private final class State implements GuestCheckpoint {
        private final int number;

        State(int number) {
            this.number = number;
        }

        @Override
        public boolean isCurrent() {
            return number == states && !hasRunSince;
        }

        @Override
        public void restore() throws HostCallException {
            if (refusal != null) {
                throw new HostCallException("restore", 3, refusal);
            }
            happened.add("restored " + number);
            end = Optional.empty();
            hasRunSince = false;
        }

        @Override
        public void close() {
            happened.add("closed " + number);
        }
    }
}
