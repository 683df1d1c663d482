package dev.orcinus.bindings.foreign;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;

/**
 * The Java functions of this process that native code can call, behind one machine-code stub that
 * takes a function's number. Functions stay for the life of the process, since native code may keep
 * the address; any thread may call, foreign ones too. Adding is synchronized; calls read a
 * copy-on-write array.
 */
public final class UpcallTable {
    private static volatile Target[] targets = {};

    private UpcallTable() {}

    /**
     * Returns the address of the stub, {@code void stub(uint64_t a, b, c, d, uint64_t index, void
     * *result)}.
     */
    public static long stub() {
        return Stub.ADDRESS;
    }

    /**
     * Adds functions.
     *
     * @return the index of the first; the others follow
     */
    public static synchronized int add(List<? extends Target> added) {
        int first = targets.length;
        Target[] all = Arrays.copyOf(targets, first + added.size());
        for (int i = 0; i < added.size(); i++) {
            all[first + i] = added.get(i);
        }
        targets = all;
        return first;
    }

    /** Catches every exception: one that leaves an upcall would end the JVM. */
    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void enter(long a, long b, long c, long d, long index, long result) {
        try {
            targets[(int) index].enter(a, b, c, d, result);
        } catch (Throwable escaped) {
            System.err.println("orcinus: an error in a call from native code is lost: " + escaped);
        }
    }

    /** A Java function that native code calls. */
    @FunctionalInterface
    public interface Target {
        /**
         * Runs a call, on the thread that made it. It catches all that it can and stores a result.
         *
         * @param a the first argument
         * @param b the second
         * @param c the third
         * @param d the fourth
         * @param result address of 16 bytes for the return registers
         */
        void enter(long a, long b, long c, long d, long result);
    }

    /** Holds the stub, which is made when the first function gets an address. */
    private static final class Stub {
        static final long ADDRESS = open();

        private Stub() {}

        @SuppressWarnings("restricted")
        private static long open() {
            FunctionDescriptor shape =
                    FunctionDescriptor.ofVoid(
                            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
            return Linker.nativeLinker()
                    .upcallStub(handle(shape.toMethodType()), shape, Arena.global())
                    .address();
        }

        private static MethodHandle handle(MethodType type) {
            try {
                return MethodHandles.lookup().findStatic(UpcallTable.class, "enter", type);
            } catch (ReflectiveOperationException impossible) {
                throw new LinkageError(impossible.getMessage(), impossible);
            }
        }
    }
}
