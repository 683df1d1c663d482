package dev.orcinus.runtime.guest;

import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestMemory;
import dev.orcinus.platform.spi.guest.ProgramStart;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The only way into guest code. Each call checks that there is executable guest memory at its
 * address, is listed while it runs, and returns a value that can say that the guest is gone. A call
 * runs on the calling thread; a caller that wants a guest thread asks {@link GuestThreads} for one
 * first. Many threads may use it; it has no lock.
 */
public final class GuestCalls {
    private final GuestInvoker invoker;
    private final GuestMemory memory;
    private final MemoryManager manager;
    private final Checkpoints checkpoints;
    private final Set<RunningCall> running = ConcurrentHashMap.newKeySet();

    /**
     * The way into a guest.
     *
     * @param manager the session's memory, which knows its code without asking the guest
     * @param checkpoints the states that the guest can return to
     */
    GuestCalls(Guest guest, MemoryManager manager, Checkpoints checkpoints) {
        this.checkpoints = checkpoints;
        this.invoker = guest.invoker();
        this.memory = guest.memory();
        this.manager = manager;
    }

    /**
     * Calls a function.
     *
     * @return its return register
     * @throws NoCodeException if there is no code at its address
     */
    public CallOutcome<Long> call(GuestCall call) throws NoCodeException {
        requireCode(call.function());
        return enter(call.function(), () -> invoker.call(call));
    }

    /**
     * Calls functions one after the other.
     *
     * @return their return registers
     * @throws NoCodeException if there is no code at the address of one of them; those before it
     *     have run
     */
    public CallOutcome<List<Long>> callAll(List<GuestCall> calls) throws NoCodeException {
        int callable = 0;
        while (callable < calls.size() && isCode(calls.get(callable).function())) {
            callable++;
        }
        CallOutcome<List<Long>> outcome = enterAll(calls.subList(0, callable));
        if (callable < calls.size() && !outcome.isGone()) {
            throw new NoCodeException(calls.get(callable).function());
        }
        return outcome;
    }

    private CallOutcome<List<Long>> enterAll(List<GuestCall> calls) {
        return calls.isEmpty()
                ? CallOutcome.returned(List.of())
                : enter(calls.getFirst().function(), () -> invoker.callAll(calls));
    }

    /**
     * Returns a call of {@code void f(int argc, char **argv, char **envp)}, as the dynamic linker
     * calls initializers.
     *
     * @param arguments of the program, its name first
     */
    public GuestCall initializer(ExecutorAddress function, List<String> arguments) {
        ExecutorAddress argv = invoker.layOut(arguments);
        if (argv.isNull()) {
            return GuestCall.of(function);
        }
        long envp = argv.value() + (arguments.size() + 1L) * Long.BYTES;
        return new GuestCall(function, arguments.size(), argv.value(), envp, 0, 0, 0);
    }

    /**
     * Calls {@code int main(int argc, char **argv, char **envp)}.
     *
     * @param arguments all of them, the program's name first
     * @throws NoCodeException if there is no code at its address
     */
    public CallOutcome<Integer> callMain(ExecutorAddress function, List<String> arguments)
            throws NoCodeException {
        requireCode(function);
        return enter(function, () -> invoker.callMain(function, arguments));
    }

    /** Runs the initializers of libraries that the guest has opened as a program, once. */
    public CallOutcome<Void> initializeLibraries(List<String> arguments) {
        return enter(ExecutorAddress.NULL, () -> invoker.initializeLibraries(arguments));
    }

    /**
     * Runs a program to the end of the guest's process.
     *
     * @return how the guest has ended
     * @throws NoCodeException if there is no code at the address of one of its functions; nothing
     *     has run
     * @throws HostCallException if it cannot be started
     */
    public GuestEnd runProgram(ProgramStart program) throws NoCodeException, HostCallException {
        requireCode(program.entry());
        for (ExecutorAddress function : program.initializers()) {
            requireCode(function);
        }
        for (ExecutorAddress function : program.finalizers()) {
            requireCode(function);
        }
        RunningCall call = new RunningCall(program.entry());
        running.add(call);
        try {
            return invoker.runProgram(program);
        } finally {
            running.remove(call);
        }
    }

    /**
     * Calls a wrapper function.
     *
     * @param arguments SPS bytes
     * @throws NoCodeException if there is no code at its address
     */
    public CallOutcome<WrapperFunctionResult> callWrapper(
            ExecutorAddress function, MemorySegment arguments) throws NoCodeException {
        requireCode(function);
        return enter(function, () -> invoker.callWrapper(function, arguments));
    }

    /** Runs the at-exit functions of a handle, which the guest's C library keeps. */
    public CallOutcome<Void> runAtExits(ExecutorAddress dsoHandle) {
        return enter(dsoHandle, () -> invoker.runAtExits(dsoHandle));
    }

    private <T> CallOutcome<T> enter(ExecutorAddress function, Supplier<CallOutcome<T>> entry) {
        checkpoints.beforeGuestCode();
        RunningCall call = new RunningCall(function);
        running.add(call);
        try {
            return entry.get();
        } finally {
            running.remove(call);
            checkpoints.afterGuestCode();
        }
    }

    /**
     * Requires that there is code at an address.
     *
     * @throws NoCodeException if there is none
     */
    public void requireCode(ExecutorAddress function) throws NoCodeException {
        if (!isCode(function)) {
            throw new NoCodeException(function);
        }
    }

    private boolean isCode(ExecutorAddress function) {
        return manager.holdsCode(function)
                || manager.holdsLeavingCode(function)
                || memory.isExecutable(function);
    }

    /** Returns the calls that have not returned, the oldest first. */
    public List<RunningCall> running() {
        return running.stream().sorted(Comparator.comparingLong(RunningCall::startNanos)).toList();
    }
}
