package dev.orcinus.examples;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Compares a dot product over off-heap data in compiled C with a Java loop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Kernel {
    private static final InProcessJit JIT = Jit.inProcess();
    private static final MethodHandle DOT = dot();

    @Param({"16", "1024", "65536"})
    private int count;

    private final Arena arena = Arena.ofAuto();
    private MemorySegment a;
    private MemorySegment b;

    /** Returns a handle that lives as long as the class, so that the JVM can inline calls through it. */
    private static MethodHandle dot() {
        try {
            InProcessDylib kernels = JIT.createDylib("kernels");
            kernels.add(Path.of(System.getProperty("orcinus.kernel")));
            return kernels.function(
                    "dot", FunctionDescriptor.of(JAVA_DOUBLE, ADDRESS, ADDRESS, JAVA_LONG));
        } catch (IOException | LinkException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fills both vectors. */
    @Setup
    public void fill() {
        a = arena.allocate(JAVA_DOUBLE, count);
        b = arena.allocate(JAVA_DOUBLE, count);
        for (int i = 0; i < count; i++) {
            a.setAtIndex(JAVA_DOUBLE, i, i);
            b.setAtIndex(JAVA_DOUBLE, i, 1.0 / (i + 1));
        }
    }

    /** Returns the result of the C function. */
    @Benchmark
    public double compiledC() throws Throwable {
        return (double) DOT.invokeExact(a, b, (long) count);
    }

    /** Returns the result of a Java loop. HotSpot does not vectorize it, because it may not reorder additions. */
    @Benchmark
    public double javaLoop() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += a.getAtIndex(JAVA_DOUBLE, i) * b.getAtIndex(JAVA_DOUBLE, i);
        }
        return sum;
    }
}
