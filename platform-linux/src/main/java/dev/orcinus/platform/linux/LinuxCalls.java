package dev.orcinus.platform.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.bindings.foreign.CallByAddress;
import dev.orcinus.bindings.foreign.Functions;
import dev.orcinus.bindings.foreign.NativeMemory;
import dev.orcinus.bindings.foreign.UpcallTable;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.platform.spi.HostCalls;
import dev.orcinus.platform.spi.HostMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Calls between Java and guest code. Any thread may call and be called. */
final class LinuxCalls implements HostCalls {
    private static final long RESULT_BYTES = 16;

    private final HostMemory memory;
    private final Thunks thunks;
    private final ExportTable exports;
    private volatile long wrapperCaller;

    LinuxCalls(HostMemory memory, Thunks thunks) {
        this.memory = memory;
        this.thunks = thunks;
        exports = new ExportTable(memory, thunks);
    }

    @Override
    public int callMain(ExecutorAddress function, List<String> arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argv = arena.allocate(JAVA_LONG, arguments.size() + 1L);
            for (int i = 0; i < arguments.size(); i++) {
                argv.setAtIndex(JAVA_LONG, i, arena.allocateFrom(arguments.get(i)).address());
            }
            return CallByAddress.callMain(function.value(), arguments.size(), argv.address());
        }
    }

    @Override
    public int callInt(ExecutorAddress function) {
        return CallByAddress.callInt(function.value());
    }

    @Override
    public int callInt(ExecutorAddress function, int argument) {
        return CallByAddress.callInt(function.value(), argument);
    }

    @Override
    public void callVoid(ExecutorAddress function, ExecutorAddress argument) {
        CallByAddress.callVoid(function.value(), argument.value());
    }

    @Override
    public WrapperFunctionResult callWrapper(ExecutorAddress function, MemorySegment arguments) {
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
            return WrapperResults.take(result);
        }
    }

    @Override
    public List<ExecutorAddress> exportWrappers(List<WrapperFunction> functions)
            throws HostCallException {
        List<UpcallTable.Target> added = new ArrayList<>(functions.size());
        for (WrapperFunction function : functions) {
            added.add(
                    (data, size, _, _, result) ->
                            answer(result, () -> function.call(NativeMemory.view(data, size))));
        }
        return exports.add(added);
    }

    @Override
    public ExecutorAddress exportDispatch(DispatchFunction function) {
        return export(
                (context, tag, data, size, result) ->
                        answer(
                                result,
                                () ->
                                        function.dispatch(
                                                new ExecutorAddress(context),
                                                new ExecutorAddress(tag),
                                                NativeMemory.view(data, size))));
    }

    @Override
    public ExecutorAddress exportPointerConsumer(PointerConsumer function) {
        return export(
                (pointer, _, _, _, result) ->
                        NativeMemory.view(result, RESULT_BYTES)
                                .set(JAVA_LONG, 0, accept(function, new ExecutorAddress(pointer))));
    }

    @Override
    public ExecutorAddress exportFunction(NativeFunction function) {
        return export(
                (a, b, c, d, result) ->
                        NativeMemory.view(result, RESULT_BYTES)
                                .set(JAVA_LONG, 0, call(function, a, b, c, d)));
    }

    @Override
    public MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options) {
        return Functions.downcall(shape, options);
    }

    @Override
    public MemorySegment symbol(ExecutorAddress function) {
        return Functions.symbol(function.value());
    }

    @Override
    public MemorySegment view(ExecutorAddress start, long sizeBytes, Arena arena) {
        return NativeMemory.view(start.value(), sizeBytes, arena);
    }

    @Override
    public ExecutorAddress upcall(MethodHandle target, FunctionDescriptor shape, Arena arena) {
        return new ExecutorAddress(Functions.upcall(target, shape, arena));
    }

    private ExecutorAddress export(UpcallTable.Target function) {
        try {
            return exports.add(List.of(function)).getFirst();
        } catch (HostCallException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a function throws becomes an out-of-band error; an error of ours as well. */
    private static void answer(long result, Supplier<WrapperFunctionResult> function) {
        WrapperFunctionResult answer;
        try {
            answer = function.get();
        } catch (Throwable thrown) {
            answer = new OutOfBandError(thrown.toString());
        }
        WrapperResults.write(answer, NativeMemory.view(result, RESULT_BYTES));
    }

    private static int accept(PointerConsumer function, ExecutorAddress pointer) {
        try {
            return function.accept(pointer);
        } catch (Throwable thrown) {
            System.err.println("orcinus: a function called with " + pointer + ": " + thrown);
            return -1;
        }
    }

    private static long call(NativeFunction function, long a, long b, long c, long d) {
        try {
            return function.call(a, b, c, d);
        } catch (Throwable thrown) {
            System.err.println("orcinus: a function that native code called: " + thrown);
            return -1;
        }
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
