import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.jna.Callback;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.bind.ByReference;
import dev.orcinus.jit.bind.Unchecked;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Delegate;

/**
 * Measures one of four calls in one of seven ways, in a JVM of its own: {@code ffm}, {@code closable} (the same with a library that can be closed),
 * {@code bind}, {@code unchecked}, {@code jna}, {@code jnadirect} or {@code jnr}. Prints its name and nanoseconds.
 */
public final class BoundCallTimes {
    private static final int BATCHES = 30;

    /** Slow calls have fewer batches. */
    private static final long LONGEST_NANOS = 1_000_000_000;

    private static final int FEWEST_BATCHES = 5;
    private static final int ELEMENTS = 10_000;
    private static final String TEXT = "a text of thirty-two characters.";
    private static final int[] NUMBERS = new Random(1).ints(ELEMENTS).toArray();

    /** The call that is measured: {@code add}, {@code sort}, {@code length} or {@code struct}. */
    private static String wanted;

    private BoundCallTimes() {}

    @FunctionalInterface
    interface Loop {
        long run(int count) throws Throwable;
    }

    public static void main(String[] arguments) throws Throwable {
        wanted = arguments[1];
        Path object = Path.of(arguments[2]);
        Path library = Path.of(arguments[3]);
        switch (arguments[0]) {
            case "ffm", "closable" -> Ffm.run();
            case "bind" -> bind(object, false);
            case "unchecked" -> bind(object, true);
            case "jna" -> Jna.run(library);
            case "jnadirect" -> JnaDirect.run(library);
            default -> Jnr.run(library);
        }
    }

    /** Prints the median time of a call, if it is the one that is wanted. */
    static void measure(String name, int count, Loop loop) throws Throwable {
        if (!name.equals(wanted)) {
            return;
        }
        batches(count / 4, loop);
        double[] times = batches(count, loop);
        System.out.printf(Locale.ROOT, "%s_ns %.3f%n", name, times[times.length / 2]);
    }

    /** Returns the sorted times of a call in each batch. */
    private static double[] batches(int count, Loop loop) throws Throwable {
        double[] times = new double[BATCHES];
        long first = System.nanoTime();
        int made = 0;
        while (made < BATCHES && (made < FEWEST_BATCHES || System.nanoTime() - first < LONGEST_NANOS)) {
            long start = System.nanoTime();
            loop.run(count);
            times[made++] = (double) (System.nanoTime() - start) / count;
        }
        double[] seen = Arrays.copyOf(times, made);
        Arrays.sort(seen);
        return seen;
    }

    static void require(boolean isRight) {
        if (!isRight) {
            throw new AssertionError("a wrong result");
        }
    }

    // Orcinus

    public record Point(double x, double y) {}

    public interface Comparator {
        int compare(@ByReference int a, @ByReference int b);
    }

    public interface Checked {
        int add(int a, int b);

        void sort(MemorySegment base, long count, long size, Comparator comparator);

        long length(String text);

        Point moved(Point point, double by);
    }

    @Unchecked
    public interface Plain {
        int add(int a, int b);

        void sort(MemorySegment base, long count, long size, Comparator comparator);

        long length(String text);

        Point moved(Point point, double by);
    }

    private static void bind(Path object, boolean isUnchecked) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("calls");
            dylib.add(object);
            MemorySegment numbers = Arena.global().allocate(JAVA_INT, ELEMENTS);
            Comparator comparator = (a, b) -> Integer.compare(a, b);
            if (isUnchecked) {
                Plain functions = dylib.bind(Plain.class);
                measure("add", 5_000_000, n -> addPlain(functions, n));
                measure("sort", 4, n -> {
                    for (int i = 0; i < n; i++) {
                        MemorySegment.copy(NUMBERS, 0, numbers, JAVA_INT, 0, ELEMENTS);
                        functions.sort(numbers, ELEMENTS, 4, comparator);
                    }
                    return n;
                });
                measure("length", 2_000_000, n -> {
                    long sum = 0;
                    for (int i = 0; i < n; i++) {
                        sum += functions.length(TEXT);
                    }
                    require(sum == 32L * n);
                    return sum;
                });
                measure("struct", 1_000_000, n -> {
                    Point p = new Point(0, 0);
                    for (int i = 0; i < n; i++) {
                        p = functions.moved(p, 1);
                    }
                    require(p.x() == n);
                    return n;
                });
                return;
            }
            Checked functions = dylib.bind(Checked.class);
            measure("add", 5_000_000, n -> addChecked(functions, n));
            measure("sort", 4, n -> {
                for (int i = 0; i < n; i++) {
                    MemorySegment.copy(NUMBERS, 0, numbers, JAVA_INT, 0, ELEMENTS);
                    functions.sort(numbers, ELEMENTS, 4, comparator);
                }
                return n;
            });
            measure("length", 2_000_000, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += functions.length(TEXT);
                }
                require(sum == 32L * n);
                return sum;
            });
            measure("struct", 1_000_000, n -> {
                Point p = new Point(0, 0);
                for (int i = 0; i < n; i++) {
                    p = functions.moved(p, 1);
                }
                require(p.x() == n);
                return n;
            });
        }
    }

    private static long addPlain(Plain functions, int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum = functions.add(sum, 1);
        }
        require(sum == n);
        return sum;
    }

    private static long addChecked(Checked functions, int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum = functions.add(sum, 1);
        }
        require(sum == n);
        return sum;
    }

    // The FFM API, as one writes it by hand

    private static final class Ffm {
        private static final Arena ARENA = Boolean.getBoolean("bench.closable") ? Arena.ofShared() : Arena.global();
        private static final StructLayout POINT =
                MemoryLayout.structLayout(JAVA_DOUBLE.withName("x"), JAVA_DOUBLE.withName("y"));
        private static final SymbolLookup LIBRARY =
                SymbolLookup.libraryLookup(Path.of(System.getProperty("bench.library")), ARENA);
        private static final MethodHandle ADD = handle("add", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        private static final MethodHandle SORT =
                handle("sort", FunctionDescriptor.ofVoid(ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        private static final MethodHandle LENGTH = handle("length", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        private static final MethodHandle MOVED = handle("moved", FunctionDescriptor.of(POINT, POINT, JAVA_DOUBLE));

        private static MethodHandle handle(String name, FunctionDescriptor shape) {
            return Linker.nativeLinker().downcallHandle(LIBRARY.find(name).orElseThrow(), shape);
        }

        static int compare(MemorySegment a, MemorySegment b) {
            return Integer.compare(a.get(JAVA_INT, 0), b.get(JAVA_INT, 0));
        }

        static void run() throws Throwable {
            measure("add", 5_000_000, n -> {
                int sum = 0;
                for (int i = 0; i < n; i++) {
                    sum = (int) ADD.invokeExact(sum, 1);
                }
                require(sum == n);
                return sum;
            });
            MemorySegment numbers = Arena.global().allocate(JAVA_INT, ELEMENTS);
            MethodHandle compare = MethodHandles.lookup().findStatic(
                    Ffm.class, "compare", MethodType.methodType(int.class, MemorySegment.class, MemorySegment.class));
            MemorySegment stub = Linker.nativeLinker().upcallStub(
                    compare,
                    FunctionDescriptor.of(JAVA_INT, ADDRESS.withTargetLayout(JAVA_INT), ADDRESS.withTargetLayout(JAVA_INT)),
                    Arena.global());
            measure("sort", 4, n -> {
                for (int i = 0; i < n; i++) {
                    MemorySegment.copy(NUMBERS, 0, numbers, JAVA_INT, 0, ELEMENTS);
                    SORT.invokeExact(numbers, (long) ELEMENTS, 4L, stub);
                }
                return n;
            });
            measure("length", 2_000_000, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    try (Arena arena = Arena.ofConfined()) {
                        sum += (long) LENGTH.invokeExact(arena.allocateFrom(TEXT));
                    }
                }
                require(sum == 32L * n);
                return sum;
            });
            measure("struct", 1_000_000, n -> {
                double x = 0;
                double y = 0;
                for (int i = 0; i < n; i++) {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment p = arena.allocate(POINT);
                        p.set(JAVA_DOUBLE, 0, x);
                        p.set(JAVA_DOUBLE, 8, y);
                        MemorySegment q = (MemorySegment) MOVED.invokeExact((SegmentAllocator) arena, p, 1.0);
                        x = q.get(JAVA_DOUBLE, 0);
                        y = q.get(JAVA_DOUBLE, 8);
                    }
                }
                require(x == n);
                return n;
            });
        }
    }

    // JNA

    @Structure.FieldOrder({"x", "y"})
    public static class JnaPoint extends Structure {
        public double x;
        public double y;

        public static class ByValue extends JnaPoint implements Structure.ByValue {}
    }

    public interface JnaComparator extends Callback {
        int compare(Pointer a, Pointer b);
    }

    public interface JnaFunctions extends com.sun.jna.Library {
        int add(int a, int b);

        void sort(Pointer base, long count, long size, JnaComparator comparator);

        long length(String text);

        JnaPoint.ByValue moved(JnaPoint.ByValue point, double by);
    }

    private static final class Jna {
        static void run(Path library) throws Throwable {
            JnaFunctions functions = Native.load(library.toString(), JnaFunctions.class);
            measure("add", 200_000, n -> {
                int sum = 0;
                for (int i = 0; i < n; i++) {
                    sum = functions.add(sum, 1);
                }
                require(sum == n);
                return sum;
            });
            try (com.sun.jna.Memory numbers = new com.sun.jna.Memory(4L * ELEMENTS)) {
                JnaComparator comparator = (a, b) -> Integer.compare(a.getInt(0), b.getInt(0));
                measure("sort", 1, n -> {
                    for (int i = 0; i < Math.max(n, 1); i++) {
                        numbers.write(0, NUMBERS, 0, ELEMENTS);
                        functions.sort(numbers, ELEMENTS, 4, comparator);
                    }
                    return n;
                });
            }
            measure("length", 200_000, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += functions.length(TEXT);
                }
                require(sum == 32L * n);
                return sum;
            });
            measure("struct", 50_000, n -> {
                JnaPoint.ByValue p = new JnaPoint.ByValue();
                for (int i = 0; i < n; i++) {
                    p = functions.moved(p, 1);
                }
                require(p.x == n);
                return n;
            });
        }
    }

    private static final class JnaDirect {
        static native int add(int a, int b);

        static native void sort(Pointer base, long count, long size, JnaComparator comparator);

        static native long length(String text);

        static native JnaPoint.ByValue moved(JnaPoint.ByValue point, double by);

        static void run(Path library) throws Throwable {
            Native.register(JnaDirect.class, library.toString());
            measure("add", 1_000_000, n -> {
                int sum = 0;
                for (int i = 0; i < n; i++) {
                    sum = add(sum, 1);
                }
                require(sum == n);
                return sum;
            });
            try (com.sun.jna.Memory numbers = new com.sun.jna.Memory(4L * ELEMENTS)) {
                JnaComparator comparator = (a, b) -> Integer.compare(a.getInt(0), b.getInt(0));
                measure("sort", 1, n -> {
                    for (int i = 0; i < Math.max(n, 1); i++) {
                        numbers.write(0, NUMBERS, 0, ELEMENTS);
                        sort(numbers, ELEMENTS, 4, comparator);
                    }
                    return n;
                });
            }
            measure("length", 200_000, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += length(TEXT);
                }
                require(sum == 32L * n);
                return sum;
            });
            measure("struct", 50_000, n -> {
                JnaPoint.ByValue p = new JnaPoint.ByValue();
                for (int i = 0; i < n; i++) {
                    p = moved(p, 1);
                }
                require(p.x == n);
                return n;
            });
        }
    }

    // JNR-FFI, which has no structs by value

    public interface JnrComparator {
        @Delegate
        int compare(jnr.ffi.Pointer a, jnr.ffi.Pointer b);
    }

    public interface JnrFunctions {
        int add(int a, int b);

        void sort(jnr.ffi.Pointer base, long count, long size, JnrComparator comparator);

        long length(String text);
    }

    private static final class Jnr {
        static void run(Path library) throws Throwable {
            JnrFunctions functions = LibraryLoader.create(JnrFunctions.class).load(library.toString());
            measure("add", 2_000_000, n -> {
                int sum = 0;
                for (int i = 0; i < n; i++) {
                    sum = functions.add(sum, 1);
                }
                require(sum == n);
                return sum;
            });
            jnr.ffi.Pointer numbers =
                    jnr.ffi.Memory.allocateDirect(jnr.ffi.Runtime.getRuntime(functions), 4 * ELEMENTS);
            JnrComparator comparator = new JnrComparator() {
                @Override
                public int compare(jnr.ffi.Pointer a, jnr.ffi.Pointer b) {
                    return Integer.compare(a.getInt(0), b.getInt(0));
                }
            };
            measure("sort", 1, n -> {
                for (int i = 0; i < Math.max(n, 1); i++) {
                    numbers.put(0, NUMBERS, 0, ELEMENTS);
                    functions.sort(numbers, ELEMENTS, 4, comparator);
                }
                return n;
            });
            measure("length", 500_000, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += functions.length(TEXT);
                }
                require(sum == 32L * n);
                return sum;
            });
        }
    }
}
