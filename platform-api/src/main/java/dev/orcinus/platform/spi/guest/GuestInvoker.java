package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.GuestEnd;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The calls into guest code. A call runs on the guest's thread that belongs to the calling thread;
 * a caller that has not been prepared ({@link GuestProcess#prepareThread}) borrows a thread of the
 * guest for the call. Addresses are not checked. Only the runtime's {@code GuestCalls} uses this
 * interface: it checks them, and keeps account of the calls that run.
 */
public interface GuestInvoker {
    /**
     * Calls a function.
     *
     * @return its return register; the caller narrows it to the function's return type
     */
    CallOutcome<Long> call(GuestCall call);

    /**
     * Calls functions one after the other, with one request.
     *
     * @return their return registers, in the order of {@code calls}
     */
    CallOutcome<List<Long>> callAll(List<GuestCall> calls);

    /**
     * Calls {@code int main(int argc, char **argv, char **envp)}; {@code argv}, in the guest's
     * memory, is exactly {@code arguments}, then a null pointer.
     */
    CallOutcome<Integer> callMain(ExecutorAddress function, List<String> arguments);

    /**
     * Runs the initializers of libraries that the guest has opened as a program, once, with the
     * arguments of {@code main}. {@link #runProgram} does that, too.
     */
    default CallOutcome<Void> initializeLibraries(List<String> arguments) {
        return CallOutcome.returned(null);
    }

    /**
     * Lets the guest's first thread run a program, which needs nothing of Java from then on: its
     * start, its end and its signals are those of any program. The guest must be a program ({@link
     * GuestOptions#ofProgram}), and no thread may use its first thread.
     *
     * @return how the guest has ended
     * @throws HostCallException if it cannot be started
     */
    default GuestEnd runProgram(ProgramStart program) throws HostCallException {
        throw new UnsupportedOperationException("this guest runs no programs");
    }

    /**
     * Lays arguments out in the guest's memory as the kernel does for a program: {@code argv}, then
     * {@code envp}, then the auxiliary vector. They stay until the guest ends. Equal arguments are
     * laid out once, and {@link #callMain} uses them, too.
     *
     * @return the address of {@code argv}; null if the guest cannot have them outside of a call of
     *     main
     */
    default ExecutorAddress layOut(List<String> arguments) {
        return ExecutorAddress.NULL;
    }

    /**
     * Calls a wrapper function, {@code CWrapperFunctionResult f(const char *data, size_t size)},
     * and takes its result over: the C heap memory of large results and errors is freed.
     *
     * @param arguments SPS bytes; the guest gets a copy if it cannot read them where they are
     */
    CallOutcome<WrapperFunctionResult> callWrapper(
            ExecutorAddress function, MemorySegment arguments);

    /**
     * Calls {@code __cxa_finalize(dsoHandle)}: runs the functions that {@link GuestProcess#atExit}
     * has registered for that handle, newest first.
     */
    CallOutcome<Void> runAtExits(ExecutorAddress dsoHandle);
}
