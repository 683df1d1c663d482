package dev.orcinus.platform.posix;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.posix.Cxxabi;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.guest.CallOutcome;
import dev.orcinus.platform.spi.guest.GuestCall;
import dev.orcinus.platform.spi.guest.GuestInvoker;
import dev.orcinus.platform.spi.guest.GuestMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Calls of guest code in this process, on the calling thread. The guest is never gone, as this JVM
 * would be gone with it. Any thread may call.
 */
public final class PosixInvoker implements GuestInvoker {
    private static final long RESULT_BYTES = 16;

    private final GuestMemory memory;
    private final Thunks thunks;
    private final ProgramStack stack;
    private volatile long wrapperCaller;

    /**
     * Makes an invoker.
     *
     * @param memory where the code goes that calls wrapper functions
     * @param stack where the arguments of programs lie
     */
    public PosixInvoker(GuestMemory memory, Thunks thunks, ProgramStack stack) {
        this.memory = memory;
        this.thunks = thunks;
        this.stack = stack;
    }

    @Override
    public CallOutcome<Long> call(GuestCall call) {
        return CallOutcome.returned(enter(call));
    }

    private static long enter(GuestCall call) {
        return CallByAddress.call(
                call.function().value(),
                call.a(),
                call.b(),
                call.c(),
                call.d(),
                call.e(),
                call.f());
    }

    @Override
    public CallOutcome<List<Long>> callAll(List<GuestCall> calls) {
        List<Long> results = new ArrayList<>(calls.size());
        for (GuestCall call : calls) {
            results.add(enter(call));
        }
        return CallOutcome.returned(results);
    }

    @Override
    public CallOutcome<Integer> callMain(ExecutorAddress function, List<String> arguments) {
        long argv = stack.argv(arguments);
        return CallOutcome.returned(
                (int)
                        CallByAddress.call(
                                function.value(),
                                arguments.size(),
                                argv,
                                ProgramStack.envp(arguments, argv),
                                0));
    }

    @Override
    public ExecutorAddress layOut(List<String> arguments) {
        return new ExecutorAddress(stack.argv(arguments));
    }

    @Override
    public CallOutcome<WrapperFunctionResult> callWrapper(
            ExecutorAddress function, MemorySegment arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data =
                    arguments.isNative()
                            ? arguments
                            : arena.allocate(arguments.byteSize()).copyFrom(arguments);
            MemorySegment result = arena.allocate(RESULT_BYTES, Long.BYTES);
            CallByAddress.call(
                    wrapperCaller(),
                    function.value(),
                    NativeMemory.address(data),
                    data.byteSize(),
                    result.address());
            return CallOutcome.returned(WrapperResults.take(result));
        }
    }

    @Override
    public CallOutcome<Void> runAtExits(ExecutorAddress dsoHandle) {
        if (dsoHandle.isNull()) {
            throw new IllegalArgumentException(
                    "a null handle would run the at-exit functions of the whole process");
        }
        Cxxabi.__cxa_finalize(dsoHandle.value());
        return CallOutcome.returned(null);
    }

    private long wrapperCaller() {
        long caller = wrapperCaller;
        return caller != 0 ? caller : installWrapperCaller();
    }

    private synchronized long installWrapperCaller() {
        if (wrapperCaller == 0) {
            try {
                wrapperCaller = CodePages.install(memory, thunks.call());
            } catch (HostCallException e) {
                throw new IllegalStateException(e);
            }
        }
        return wrapperCaller;
    }
}
