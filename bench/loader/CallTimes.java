import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.Jit;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Measures calls into this process and into one of its own: one after the other, and after a pause of a millisecond. */
final class CallTimes {
    private static final FunctionDescriptor ADD = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor SCALE = FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE);
    private static final FunctionDescriptor LENGTH = FunctionDescriptor.of(JAVA_LONG, ADDRESS);
    private static final FunctionDescriptor JAVA = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    private static final int BATCH = 50;
    private static final int PAUSES = 1_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private CallTimes() {}

    /** A call, whose result is right or an error. */
    @FunctionalInterface
    private interface Call {
        void make(long number) throws Throwable;
    }

    static long back(long number) {
        return number + 1;
    }

    static void run(Path object, int count) throws Throwable {
        try (CallableJit jit = Jit.inProcess()) {
            measure("inprocess", jit, object, count);
        }
        try (CallableJit jit = Jit.isolated()) {
            measure("isolated", jit, object, count);
        }
    }

    private static void measure(String place, CallableJit jit, Path object, int count) throws Throwable {
        CallableDylib dylib = jit.createDylib("calls");
        dylib.define("back", MethodHandles.lookup().findStatic(CallTimes.class, "back", MethodType.methodType(long.class, long.class)), JAVA);
        dylib.add(object);
        MethodHandle add = dylib.function("add", ADD);
        MethodHandle scale = dylib.function("scale", SCALE);
        MethodHandle length = dylib.function("length", LENGTH);
        MethodHandle ask = dylib.function("ask", JAVA);
        try (Arena arena = jit.sharedArena(4096)) {
            MemorySegment text = arena.allocateFrom("eleven char");
            measure(place + "_add", count, i -> require((long) add.invokeExact(i, 3L) == i + 3));
            measure(place + "_scale", count, i -> require((double) scale.invokeExact((double) i, 2.0) == 2.0 * i));
            measure(place + "_length", count, i -> require((long) length.invokeExact(text) == 11));
            measure(place + "_ask", count, i -> require((long) ask.invokeExact(i) == i + 1));
        }
    }

    private static void require(boolean isRight) {
        if (!isRight) {
            throw new AssertionError("a wrong result");
        }
    }

    private static void measure(String name, int count, Call call) throws Throwable {
        long[] hot = new long[count / BATCH];
        for (int i = 0; i < hot.length; i++) {
            long start = System.nanoTime();
            for (int n = 0; n < BATCH; n++) {
                call.make(n);
            }
            hot[i] = (System.nanoTime() - start) / BATCH;
        }
        long[] paused = new long[PAUSES];
        for (int i = 0; i < PAUSES; i++) {
            LockSupport.parkNanos(PAUSE_NANOS);
            long start = System.nanoTime();
            call.make(i);
            paused[i] = System.nanoTime() - start;
        }
        print(name + "_hot_us", Arrays.copyOfRange(hot, hot.length / 2, hot.length));
        print(name + "_paused_us", paused);
    }

    private static void print(String name, long[] nanos) {
        Arrays.sort(nanos);
        System.out.printf(Locale.ROOT, "%s %.4f%n", name, nanos[nanos.length / 2] / 1e3);
    }
}
