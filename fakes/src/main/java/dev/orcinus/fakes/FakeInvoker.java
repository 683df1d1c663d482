package dev.orcinus.fakes;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.ProgramStart;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * An invoker that notes the called functions and runs the effect that a test has set. A test can
 * end the guest: from then on all calls report that it is gone. Many threads may use it.
 */
public final class FakeInvoker implements GuestInvoker {
    private final FakeGuestProcess process;
    private final List<ExecutorAddress> ran = new ArrayList<>();
    private int requests;
    private int atExitRuns;
    private Function<GuestCall, Long> effect = _ -> 0L;
    private Function<ExecutorAddress, WrapperFunctionResult> wrapper =
            _ -> WrapperFunctionResult.EMPTY;
    private ExecutorAddress argv = ExecutorAddress.NULL;
    private GuestEnd end;

    /** An invoker whose functions return 0; {@code process} has the at-exit functions. */
    public FakeInvoker(FakeGuestProcess process) {
        this.process = process;
    }

    /** Sets the effect and the result of calling a function. */
    public synchronized void onCall(Function<GuestCall, Long> does) {
        effect = does;
    }

    /** Sets the effect and the result of calling a wrapper function. */
    public synchronized void onWrapper(Function<ExecutorAddress, WrapperFunctionResult> does) {
        wrapper = does;
    }

    /** Sets where the arguments of programs are laid out; nowhere, if a test does not say. */
    public synchronized void layOutAt(ExecutorAddress place) {
        argv = place;
    }

    /** Ends the guest; a call that runs reports that it is gone. */
    public synchronized void end(GuestEnd how) {
        end = how;
    }

    /** Returns the functions that ran, in order, and empties the list. */
    public synchronized List<ExecutorAddress> takeRan() {
        List<ExecutorAddress> taken = List.copyOf(ran);
        ran.clear();
        return taken;
    }

    /** Returns how many requests there have been, of one call or of many. */
    public synchronized int requests() {
        return requests;
    }

    /** Returns how often at-exit functions were run, for any handle. */
    public synchronized int atExitRuns() {
        return atExitRuns;
    }

    @Override
    public CallOutcome<Long> call(GuestCall call) {
        count();
        return enter(call);
    }

    private synchronized void count() {
        requests++;
    }

    private CallOutcome<Long> enter(GuestCall call) {
        Function<GuestCall, Long> does;
        synchronized (this) {
            if (end != null) {
                return CallOutcome.gone(end);
            }
            ran.add(call.function());
            does = effect;
        }
        return finish(does.apply(call));
    }

    private synchronized <T> CallOutcome<T> finish(T result) {
        return end == null ? CallOutcome.returned(result) : CallOutcome.gone(end);
    }

    @Override
    public CallOutcome<List<Long>> callAll(List<GuestCall> calls) {
        count();
        List<Long> results = new ArrayList<>();
        for (GuestCall call : calls) {
            CallOutcome<Long> outcome = enter(call);
            if (outcome.isGone()) {
                return CallOutcome.gone(outcome.end().orElseThrow());
            }
            results.add(outcome.value());
        }
        return CallOutcome.returned(results);
    }

    @Override
    public CallOutcome<Integer> callMain(ExecutorAddress function, List<String> arguments) {
        CallOutcome<Long> outcome = call(GuestCall.of(function, arguments.size()));
        return outcome.isGone()
                ? CallOutcome.gone(outcome.end().orElseThrow())
                : CallOutcome.returned(outcome.value().intValue());
    }

    @Override
    public synchronized ExecutorAddress layOut(List<String> arguments) {
        return argv;
    }

    /** Calls the program's entry, whose effect has to end the guest. */
    @Override
    public GuestEnd runProgram(ProgramStart program) {
        return call(GuestCall.of(program.entry())).end().orElseThrow();
    }

    @Override
    public CallOutcome<WrapperFunctionResult> callWrapper(
            ExecutorAddress function, MemorySegment arguments) {
        Function<ExecutorAddress, WrapperFunctionResult> does;
        synchronized (this) {
            requests++;
            if (end != null) {
                return CallOutcome.gone(end);
            }
            ran.add(function);
            does = wrapper;
        }
        return finish(does.apply(function));
    }

    @Override
    public CallOutcome<Void> runAtExits(ExecutorAddress dsoHandle) {
        synchronized (this) {
            atExitRuns++;
        }
        callAll(process.takeAtExits(dsoHandle).stream().map(GuestCall::of).toList());
        return finish(null);
    }
}
