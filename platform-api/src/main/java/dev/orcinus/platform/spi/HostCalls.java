package dev.orcinus.platform.spi;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Calls between Java and native code. Calls into native code run on the calling thread and are not
 * protected: code that faults ends the process. Addresses given out stay callable for the life of
 * the process.
 */
public interface HostCalls {
    /**
     * Calls {@code int main(int argc, char **argv)}; {@code argv} is exactly {@code arguments},
     * then a null pointer.
     */
    int callMain(ExecutorAddress function, List<String> arguments);

    /** Calls {@code int f(void)}. */
    int callInt(ExecutorAddress function);

    /** Calls {@code int f(int)}. */
    int callInt(ExecutorAddress function, int argument);

    /** Calls {@code void f(void *)}. */
    void callVoid(ExecutorAddress function, ExecutorAddress argument);

    /**
     * Calls a wrapper function, {@code CWrapperFunctionResult f(const char *data, size_t size)},
     * and takes its result over: the C heap memory of large results and errors is freed.
     *
     * @param arguments SPS bytes; a heap segment is copied
     */
    WrapperFunctionResult callWrapper(ExecutorAddress function, MemorySegment arguments);

    /**
     * Native addresses for wrapper functions written in Java, in the order of {@code functions}.
     * What a function throws is returned as an out-of-band error.
     */
    List<ExecutorAddress> exportWrappers(List<WrapperFunction> functions) throws HostCallException;

    /**
     * A native address for the jit-dispatch function, {@code (void *ctx, const void *tag, const
     * char *data, size_t size)}.
     */
    ExecutorAddress exportDispatch(DispatchFunction function);

    /**
     * A native address for {@code int f(void *)}; what {@code function} throws is reported and
     * becomes -1.
     */
    ExecutorAddress exportPointerConsumer(PointerConsumer function);

    /**
     * A native address for {@code int64_t f(int64_t, int64_t, int64_t, int64_t)}; what {@code
     * function} throws is reported and becomes -1.
     */
    ExecutorAddress exportFunction(NativeFunction function);

    /**
     * A handle that calls a function of that shape, whose address is the handle's first argument, a
     * memory segment.
     */
    MethodHandle downcall(FunctionDescriptor shape, Linker.Option... options);

    /** What a handle of {@link #downcall} takes for an address. */
    MemorySegment symbol(ExecutorAddress function);

    /** The memory at an address of this process, as a segment that is alive as long as an arena. */
    MemorySegment view(ExecutorAddress start, long sizeBytes, Arena arena);

    /**
     * A native address for a Java method, as long as {@code arena} lives. It must throw nothing:
     * that would end the process.
     */
    ExecutorAddress upcall(MethodHandle target, FunctionDescriptor shape, Arena arena);

    /** A wrapper function written in Java. */
    @FunctionalInterface
    interface WrapperFunction {
        /**
         * Runs it.
         *
         * @param arguments SPS bytes, valid during the call only
         */
        WrapperFunctionResult call(MemorySegment arguments);
    }

    /** The jit-dispatch function: guest code calls the controller. */
    @FunctionalInterface
    interface DispatchFunction {
        /**
         * Runs it, on the thread of the guest code that calls.
         *
         * @param context the value of {@code __llvm_orc_SimpleRemoteEPC_dispatch_ctx}
         * @param tag the controller's handler
         * @param arguments SPS bytes, valid during the call only
         */
        WrapperFunctionResult dispatch(
                ExecutorAddress context, ExecutorAddress tag, MemorySegment arguments);
    }

    /** A C function of four integers or pointers. */
    @FunctionalInterface
    interface NativeFunction {
        /** Runs it. */
        long call(long a, long b, long c, long d) throws Exception;
    }

    /** A C function of one pointer. */
    @FunctionalInterface
    interface PointerConsumer {
        /**
         * Runs it.
         *
         * @return what the C function returns; a {@code void} function's callers ignore it
         */
        int accept(ExecutorAddress pointer) throws Exception;
    }
}
