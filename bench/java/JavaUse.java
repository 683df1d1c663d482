import dev.orcinus.compile.NativeCompiler;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures what a Java program meets, in a JVM of its own: {@code first} is the first call of inline C, {@code reload COUNT} replaces an object that
 * often. Prints a name and a number in each line.
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

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("first")) {
            first();
        } else {
            reload(Integer.parseInt(arguments[1]));
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
