import dev.orcinus.compile.NativeCompiler;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures what a Java program meets, in a JVM of its own: {@code first} is the first call of inline C, {@code ffm} a first call of the C library by
 * the FFM API alone, {@code reload COUNT} replaces an object that often. Prints a name and a number in each line.
 */
public final class JavaUse {
    private static final double MILLION = 1e6;

    private JavaUse() {}

    /** The function of inline C. */
    public interface Maths {
        double square(double x);
    }

    /** The function that is replaced. */
    public interface Counter {
        int add(int n);
    }

    public static void main(String[] arguments) throws Throwable {
        switch (arguments[0]) {
            case "first" -> first();
            case "ffm" -> ffm();
            default -> reload(Integer.parseInt(arguments[1]));
        }
    }

    private static void print(String name, double figure) {
        System.out.printf(Locale.ROOT, "%s %.3f%n", name, figure);
    }

    /** The compiler has made the object before, so only its cache is asked. */
    private static void first() throws IOException {
        print("warmed_format", 0);
        double before = rssKib();
        long start = System.nanoTime();
        try (InProcessJit jit = Jit.inProcess()) {
            long opened = System.nanoTime();
            InProcessDylib dylib = jit.createDylib("maths");
            dylib.compile("c", "double square(double x) {\n    return x * x;\n}\n");
            long compiled = System.nanoTime();
            double nine = dylib.bind(Maths.class).square(3);
            long end = System.nanoTime();
            print("open_ms", (opened - start) / MILLION);
            print("compile_ms", (compiled - opened) / MILLION);
            print("call_ms", (end - compiled) / MILLION);
            print("all_ms", (end - start) / MILLION);
            print("grown_kib", rssKib() - before);
            if (nine != 9) {
                throw new AssertionError(nine);
            }
        }
    }

    /** What a first native call takes at least, whoever makes it. */
    private static void ffm() throws Throwable {
        print("warmed_format", 0);
        double before = rssKib();
        long start = System.nanoTime();
        Linker linker = Linker.nativeLinker();
        MethodHandle strlen =
                linker.downcallHandle(
                        linker.defaultLookup().find("strlen").orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        long length;
        try (Arena arena = Arena.ofConfined()) {
            length = (long) strlen.invokeExact(arena.allocateFrom("nine"));
        }
        print("all_ms", (System.nanoTime() - start) / MILLION);
        print("grown_kib", rssKib() - before);
        if (length != 4) {
            throw new AssertionError(length);
        }
    }

    private static void reload(int count) throws IOException {
        byte[][] versions = new byte[2][];
        for (int i = 0; i < versions.length; i++) {
            versions[i] =
                    NativeCompiler.find()
                            .compile("c", "int total; int add(int n) { return total += n + " + i + "; }");
        }
        double[] times = new double[count];
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("counter");
            JitObject object = dylib.add("counter.o", versions[0]);
            Counter counter = dylib.bind(Counter.class);
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                dylib.replace(object, versions[(i + 1) % 2], "total");
                times[i] = (System.nanoTime() - start) / MILLION;
                counter.add(1);
                if (i == count / 10) {
                    print("start_kib", rssKib());
                    print("start_maps", maps());
                }
            }
            print("end_kib", rssKib());
            print("end_maps", maps());
        }
        Arrays.sort(times);
        print("p50_ms", times[count / 2]);
        print("p99_ms", times[count * 99 / 100]);
    }

    private static double rssKib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
                .sum();
    }

    private static double maps() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }
}
