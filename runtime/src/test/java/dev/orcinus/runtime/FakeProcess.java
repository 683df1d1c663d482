package dev.orcinus.runtime;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.spi.HostProcess;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/** A process with at-exit functions that only write themselves down. */
public final class FakeProcess implements HostProcess {
    private final Deque<Registration> registrations = new ArrayDeque<>();
    private final List<ExecutorAddress> ran = new ArrayList<>();
    private Consumer<ExecutorAddress> onRun = function -> {};
    private int runs;

    /** With nothing in it yet. */
    public FakeProcess() {}

    private record Registration(ExecutorAddress function, ExecutorAddress handle) {}

    /** What running a function does besides. */
    public void onRun(Consumer<ExecutorAddress> effect) {
        onRun = effect;
    }

    /** The functions that ran, in order; the list is emptied. */
    public List<ExecutorAddress> takeRan() {
        List<ExecutorAddress> taken = List.copyOf(ran);
        ran.clear();
        return taken;
    }

    /** How often at-exit functions were run, for any handle. */
    public int runs() {
        return runs;
    }

    /** How many functions are registered and have not run. */
    public int pending() {
        return registrations.size();
    }

    @Override
    public void atExit(
            ExecutorAddress function, ExecutorAddress argument, ExecutorAddress dsoHandle) {
        registrations.push(new Registration(function, dsoHandle));
    }

    @Override
    public void runAtExits(ExecutorAddress dsoHandle) {
        runs++;
        for (Registration registration : List.copyOf(registrations)) {
            if (registration.handle.equals(dsoHandle)) {
                registrations.remove(registration);
                ran.add(registration.function);
                onRun.accept(registration.function);
            }
        }
    }

    @Override
    public long pid() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int uid() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isTerminal(int descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void flushStdio() {
        throw new UnsupportedOperationException();
    }

    @Override
    public AutoCloseable prepareGuestThread() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long currentThreadId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasThread(long threadId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exit(int status) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void exitNow(int status) {
        throw new UnsupportedOperationException();
    }
}
