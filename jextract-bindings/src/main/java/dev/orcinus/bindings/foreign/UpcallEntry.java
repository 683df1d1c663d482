package dev.orcinus.bindings.foreign;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A native entry into Java: one machine-code stub for all C functions that are written in Java. It
 * lives as long as the process, since guest code may keep the address; any thread may call it,
 * foreign ones too.
 */
public final class UpcallEntry {
    private static final MethodType TYPE =
            MethodType.methodType(
                    void.class,
                    long.class,
                    long.class,
                    long.class,
                    long.class,
                    long.class,
                    long.class);

    private UpcallEntry() {}

    /**
     * Creates the stub, {@code void stub(uint64_t a, b, c, d, uint64_t index, void *result)}.
     *
     * @return its address
     */
    @SuppressWarnings("restricted")
    public static long open(Target target) {
        FunctionDescriptor shape =
                FunctionDescriptor.ofVoid(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        MethodHandle handle = guarded().bindTo(target);
        return Linker.nativeLinker().upcallStub(handle, shape, Arena.global()).address();
    }

    private static MethodHandle guarded() {
        try {
            return MethodHandles.lookup()
                    .findStatic(
                            UpcallEntry.class, "enter", TYPE.insertParameterTypes(0, Target.class));
        } catch (ReflectiveOperationException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** The last line: an exception that leaves an upcall would end the JVM. */
    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void enter(
            Target target, long a, long b, long c, long d, long index, long result) {
        try {
            target.enter(a, b, c, d, index, result);
        } catch (Throwable escaped) {
            System.err.println("orcinus: lost in a call from native code: " + escaped);
        }
    }

    /** Where calls arrive. */
    @FunctionalInterface
    public interface Target {
        /**
         * Runs a call, on the thread that made it. It catches all that it can and leaves a result.
         *
         * @param a the first argument
         * @param b the second
         * @param c the third
         * @param d the fourth
         * @param index which of the exported functions was called
         * @param result address of 16 bytes for the return registers
         */
        void enter(long a, long b, long c, long d, long index, long result);
    }
}
