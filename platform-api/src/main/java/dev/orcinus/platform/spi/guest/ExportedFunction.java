package dev.orcinus.platform.spi.guest;

import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.WrapperFunctionResult;
import dev.orcinus.platform.WrapperFunctionResult.OutOfBandError;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** A function written in Java that guest code calls. */
@FunctionalInterface
public interface ExportedFunction {
    /** The number of registers for integer and pointer arguments that a call passes on. */
    int REGISTERS = 4;

    /** Serves a call, and gives it a result. It throws nothing: guest code could not catch it. */
    void serve(Upcall call);

    /**
     * Returns what a call does in a child that guest code has forked off a guest process: Java is
     * its parent's.
     */
    default InForkedChild inForkedChild() {
        return InForkedChild.NOTHING;
    }

    /** Returns this function with something else that it does in a forked child. */
    default ExportedFunction inForkedChild(InForkedChild other) {
        ExportedFunction function = this;
        return new ExportedFunction() {
            @Override
            public void serve(Upcall call) {
                function.serve(call);
            }

            @Override
            public InForkedChild inForkedChild() {
                return other;
            }
        };
    }

    /** What a call does where it cannot be served. */
    enum InForkedChild {
        /** It returns 0. */
        NOTHING,
        /**
         * It ends the child at once, with a line on standard error and status 127, as a program
         * ends whose function the dynamic linker does not find.
         */
        ENDS,
        /** It ends the child as C's {@code exit} does; the first argument is the status. */
        EXITS
    }

    /**
     * Returns a wrapper function, {@code CWrapperFunctionResult f(const char *data, size_t size)}.
     * An exception of {@code function} becomes an out-of-band error.
     */
    static ExportedFunction wrapper(WrapperFunction function) {
        return call ->
                call.returns(
                        resultOf(
                                () ->
                                        function.call(
                                                call.bytes(call.address(0), call.argument(1)))));
    }

    /**
     * Returns the jit-dispatch function, {@code CWrapperFunctionResult f(void *ctx, const void
     * *tag, const char *data, size_t size)}. An exception of {@code function} becomes an
     * out-of-band error.
     */
    static ExportedFunction dispatch(DispatchFunction function) {
        return call ->
                call.returns(
                        resultOf(
                                () ->
                                        function.dispatch(
                                                call.address(0),
                                                call.address(1),
                                                call.bytes(call.address(2), call.argument(3)))));
    }

    /**
     * Returns a function of up to four integers or pointers that returns one. An exception of
     * {@code function} is reported ({@link Upcall#report}), and the result is -1; one that says
     * that the guest is gone passes through, because there is no caller any more.
     */
    static ExportedFunction of(NativeFunction function) {
        return call -> call.returns(resultOf(function, call));
    }

    private static WrapperFunctionResult resultOf(Supplier<WrapperFunctionResult> function) {
        try {
            return function.get();
        } catch (Throwable thrown) {
            return new OutOfBandError(thrown.toString());
        }
    }

    private static long resultOf(NativeFunction function, Upcall call) {
        try {
            return function.call(
                    call.argument(0), call.argument(1), call.argument(2), call.argument(3));
        } catch (GuestGoneException gone) {
            throw gone;
        } catch (Throwable thrown) {
            call.report("a function that native code called: " + thrown);
            return -1;
        }
    }

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

    /** The jit-dispatch function, by which guest code calls the controller. */
    @FunctionalInterface
    interface DispatchFunction {
        /**
         * Runs it, on the thread of the guest code that makes the call.
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
}
