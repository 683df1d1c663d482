import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.ProgramDylib;
import dev.orcinus.jit.ProgramJit;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.loader.graph.LinkGraph;
import dev.orcinus.loader.input.ObjectReader;
import dev.orcinus.loader.link.Dylib;
import dev.orcinus.loader.link.LinkOptions;
import dev.orcinus.loader.link.LinkSession;
import dev.orcinus.loader.targets.rehearsal.RehearsalTarget;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Measures the loader in a JVM of its own, on the module path of the application. Prints a name and a number in each line; Loading.java reads them.
 */
final class Measure {
    private static final FunctionDescriptor ADD = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private static final FunctionDescriptor LOOP = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
    private static final FunctionDescriptor ALIVE = FunctionDescriptor.of(JAVA_INT);

    /** The number of updates, of which the median of the second half counts. */
    private static final int UPDATES = 40;

    private Measure() {}

    /** Links a program of archives several times, each time in a new process. */
    private static void archives(List<String> files, int count) throws IOException {
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long began = System.nanoTime();
            try (ProgramJit jit = Jit.program(List.of("program"))) {
                ProgramDylib program = jit.createDylib("program");
                for (String file : files) {
                    if (file.contains(".so")) {
                        program.addLibrary(file);
                    } else {
                        program.add(Path.of(file));
                    }
                }
                program.link();
                millis.add((System.nanoTime() - began) / 1e6);
            }
        }
        System.out.println("cold_ms " + millis.get(0));
        System.out.println("second_ms " + millis.get(1));
        List<Double> later = millis.subList(Math.min(4, count - 1), count);
        later.sort(null);
        System.out.println("p50_ms " + later.get(later.size() / 2));
    }

    public static void main(String[] arguments) throws Throwable {
        Path file = Path.of(arguments[1]);
        int count = Integer.parseInt(arguments[2]);
        switch (arguments[0]) {
            case "load" -> load(file, count);
            case "dlopen" -> dlopen(file, count);
            case "link" -> link(file, count);
            case "rehearse" -> rehearse(file, count);
            case "call" -> Calls.run(file, Path.of(arguments[3]), count);
            case "distances" -> CallTimes.run(file, count);
            case "tls" -> threadLocals(file, Path.of(arguments[3]), count);
            case "cycles" -> cycles(file, count);
            case "lifecycles" -> lifecycles(file, Path.of(arguments[3]), count);
            case "update" -> update(file, count);
            case "objects" -> objects(file, count);
            case "remote" -> remote(file, count, List.of(arguments).subList(3, arguments.length));
            case "libraries" -> libraries(file, count);
            case "archives" -> archives(List.of(arguments).subList(3, arguments.length), count);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void print(String name, double figure) {
        System.out.printf(Locale.ROOT, "%s %.4f%n", name, figure);
    }

    private static double medianOfSecondHalf(long[] nanos) {
        long[] half = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
        Arrays.sort(half);
        return half[half.length / 2];
    }

    private static void require(MethodHandle add) throws Throwable {
        if ((long) add.invokeExact(3L, 4L) != 7) {
            throw new AssertionError("3 + 4");
        }
    }

    /** Times the way from the bytes of an object to a handle; the call and the close are not timed. */
    private static void load(Path file, int count) throws Throwable {
        byte[] object = Files.readAllBytes(file);
        long[] nanos = new long[count];
        try (InProcessJit jit = Jit.inProcess()) {
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                InProcessDylib dylib = jit.createDylib("add");
                dylib.add("add.o", object);
                MethodHandle add = dylib.function("add", ADD);
                nanos[i] = System.nanoTime() - start;
                require(add);
                dylib.close();
            }
        }
        print("p50_us", medianOfSecondHalf(nanos) / 1e3);
    }

    /** Times the same with the system's tools: ld, dlopen, dlsym. */
    private static void dlopen(Path file, int count) throws Throwable {
        Path library = Files.createTempFile("orcinus-bench", ".so");
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            Files.delete(library);
            try (Arena arena = Arena.ofConfined()) {
                long start = System.nanoTime();
                Process ld = new ProcessBuilder("ld", "-shared", "-o", library.toString(), file.toString()).inheritIO().start();
                if (ld.waitFor() != 0) {
                    throw new IOException("ld has failed");
                }
                SymbolLookup symbols = SymbolLookup.libraryLookup(library, arena);
                MethodHandle add = Linker.nativeLinker().downcallHandle(symbols.find("add").orElseThrow(), ADD);
                nanos[i] = System.nanoTime() - start;
                require(add);
            }
        }
        Files.delete(library);
        print("p50_us", medianOfSecondHalf(nanos) / 1e3);
    }

    /** Times the linking of an object, or of all objects of a folder, from their bytes to loaded code. */
    private static void link(Path file, int count) throws Exception {
        Map<String, byte[]> objects = objects(file);
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            try (InProcessJit jit = Jit.inProcess()) {
                long start = System.nanoTime();
                InProcessDylib dylib = jit.createDylib("program");
                for (Map.Entry<String, byte[]> object : objects.entrySet()) {
                    dylib.add(object.getKey(), object.getValue());
                }
                dylib.link();
                nanos[i] = System.nanoTime() - start;
            }
        }
        print("cold_ms", nanos[0] / 1e6);
        print("p50_ms", medianOfSecondHalf(nanos) / 1e6);
    }

    /** Times the same for an object of any processor: it is linked into memory of the Java heap, and all outside symbols exist. */
    private static void rehearse(Path file, int count) throws Exception {
        MemorySegment object = MemorySegment.ofArray(Files.readAllBytes(file));
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            LinkGraph graph = ObjectReader.read(file.toString(), object);
            RehearsalTarget target = new RehearsalTarget(graph.architecture(), RehearsalTarget.Symbols.NEAR);
            LinkSession session = new LinkSession(target, graph.format(), LinkOptions.DEFAULT, (step, changed) -> {});
            Dylib dylib = session.createDylib("program");
            session.addSource(dylib, names -> target.find(target.process(), names));
            session.add(dylib, () -> graph);
            session.linkAll(dylib);
            nanos[i] = System.nanoTime() - start;
        }
        print("p50_ms", medianOfSecondHalf(nanos) / 1e6);
    }

    private static Map<String, byte[]> objects(Path file) throws IOException {
        Map<String, byte[]> objects = new TreeMap<>();
        try (Stream<Path> files = Files.isDirectory(file) ? Files.list(file) : Stream.of(file)) {
            for (Path object : files.toList()) {
                objects.put(object.toString(), Files.readAllBytes(object));
            }
        }
        return objects;
    }

    /** Handles in static final fields, as a program would have them. */
    private static final class Calls {
        private static final int ROUNDS = 15;
        private static final InProcessJit JIT = Jit.inProcess();
        private static MethodHandle[] handles;

        private static final class Ours {
            static final MethodHandle ADD_HANDLE = handles[0];

            static long run(int count) throws Throwable {
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    sum = (long) ADD_HANDLE.invokeExact(sum, (long) i);
                }
                return sum;
            }
        }

        private static final class Unchecked {
            static final MethodHandle ADD_HANDLE = handles[1];

            static long run(int count) throws Throwable {
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    sum = (long) ADD_HANDLE.invokeExact(sum, (long) i);
                }
                return sum;
            }
        }

        private static final class Plain {
            static final MethodHandle ADD_HANDLE = handles[2];

            static long run(int count) throws Throwable {
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    sum = (long) ADD_HANDLE.invokeExact(sum, (long) i);
                }
                return sum;
            }
        }

        private static final class Shared {
            static final MethodHandle ADD_HANDLE = handles[3];

            static long run(int count) throws Throwable {
                long sum = 0;
                for (int i = 0; i < count; i++) {
                    sum = (long) ADD_HANDLE.invokeExact(sum, (long) i);
                }
                return sum;
            }
        }

        static void run(Path object, Path library, int count) throws Throwable {
            InProcessDylib dylib = JIT.createDylib("add");
            dylib.add(object);
            handles =
                    new MethodHandle[] {
                        dylib.function("add", ADD),
                        dylib.uncheckedFunction("add", ADD),
                        ffm(library, Arena.global()),
                        ffm(library, Arena.ofShared())
                    };
            long[][] nanos = new long[4][ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                long[] times = {System.nanoTime(), 0, 0, 0, 0};
                Ours.run(count);
                times[1] = System.nanoTime();
                Unchecked.run(count);
                times[2] = System.nanoTime();
                Plain.run(count);
                times[3] = System.nanoTime();
                Shared.run(count);
                times[4] = System.nanoTime();
                for (int j = 0; j < 4; j++) {
                    nanos[j][i] = times[j + 1] - times[j];
                }
            }
            String[] names = {"ours_ns", "unchecked_ns", "plain_ns", "shared_ns"};
            for (int j = 0; j < 4; j++) {
                print(names[j], medianOfSecondHalf(nanos[j]) / count);
            }
        }

        private static MethodHandle ffm(Path library, Arena arena) {
            MemorySegment add = SymbolLookup.libraryLookup(library, arena).findOrThrow("add");
            return Linker.nativeLinker().downcallHandle(add, ADD);
        }
    }

    /** Times a loop in C over a function that counts in a thread-local, in the object and in a shared library made of it. */
    private static void threadLocals(Path object, Path library, int count) throws Throwable {
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib dylib = jit.createDylib("counting");
            dylib.add(object);
            SymbolLookup symbols = SymbolLookup.libraryLookup(library, Arena.global());
            MethodHandle ours = dylib.function("loop", LOOP);
            MethodHandle plain = Linker.nativeLinker().downcallHandle(symbols.find("loop").orElseThrow(), LOOP);
            long[] ourNanos = new long[Calls.ROUNDS];
            long[] plainNanos = new long[Calls.ROUNDS];
            for (int i = 0; i < Calls.ROUNDS; i++) {
                ourNanos[i] = nanos(ours, count);
                plainNanos[i] = nanos(plain, count);
            }
            print("ours_ns", medianOfSecondHalf(ourNanos) / count);
            print("plain_ns", medianOfSecondHalf(plainNanos) / count);
        }
    }

    private static long nanos(MethodHandle loop, long count) throws Throwable {
        long start = System.nanoTime();
        long counted = (long) loop.invokeExact(count);
        if (counted % count != 0) {
            throw new AssertionError(counted);
        }
        return System.nanoTime() - start;
    }

    private static void cycles(Path file, int count) throws Throwable {
        byte[] object = Files.readAllBytes(file);
        try (InProcessJit jit = Jit.inProcess()) {
            for (int i = 0; i <= count; i++) {
                InProcessDylib dylib = jit.createDylib("add");
                dylib.add("add.o", object);
                require(dylib.function("add", ADD));
                dylib.close();
                if (i == count / 10 || i == count) {
                    printProcess(i == count ? "end" : "start");
                }
            }
        }
    }

    /**
     * Measures dylibs that are opened, updated, closed, opened again and freed. The object has an initializer, at-exit functions and thread-locals,
     * and a function {@code int alive(void)} that returns 1 while it is open; the other one has an initializer.
     */
    private static void lifecycles(Path file, Path other, int count) throws Throwable {
        byte[] object = Files.readAllBytes(file);
        byte[] more = Files.readAllBytes(other);
        try (InProcessJit jit = Jit.inProcess()) {
            for (int i = 0; i <= count; i++) {
                InProcessDylib dylib = jit.createDylib("lives");
                dylib.add("first.o", object);
                dylib.initialize();
                requireAlive(dylib, 1);
                dylib.add("more.o", more);
                dylib.initialize();
                dylib.deinitialize();
                requireAlive(dylib, 0);
                dylib.initialize();
                requireAlive(dylib, 1);
                dylib.close();
                if (i == count / 10 || i == count) {
                    printProcess(i == count ? "end" : "start");
                }
            }
        }
    }

    private static void requireAlive(InProcessDylib dylib, int expected) throws Throwable {
        int alive = (int) dylib.function("alive", ALIVE).invokeExact();
        if (alive != expected) {
            throw new AssertionError(alive + " alive, expected " + expected);
        }
    }

    /** Times the initialization of one new object, with few and with many objects in the dylib. */
    private static void update(Path file, int count) throws Throwable {
        byte[] object = Files.readAllBytes(file);
        for (boolean measured : new boolean[] {false, true}) {
            try (InProcessJit jit = Jit.inProcess()) {
                InProcessDylib dylib = jit.createDylib("updated");
                int added = 1;
                dylib.add("object 0", object);
                dylib.initialize();
                for (int recorded : new int[] {1, Math.max(2 * UPDATES, count / 100), Math.max(4 * UPDATES, count)}) {
                    for (; added < recorded; added++) {
                        dylib.add("object " + added, object);
                    }
                    dylib.initialize();
                    long[] nanos = new long[UPDATES];
                    for (int i = 0; i < UPDATES; i++, added++) {
                        dylib.add("object " + added, object);
                        long start = System.nanoTime();
                        dylib.initialize();
                        nanos[i] = System.nanoTime() - start;
                    }
                    if (measured) {
                        String name = recorded == 1 ? "first" : recorded < count ? "middle" : "last";
                        print(name + "_us", medianOfSecondHalf(nanos) / 1e3);
                    }
                }
            }
        }
    }

    /** Measures the cost of many objects that stay loaded. */
    private static void objects(Path file, int count) throws Throwable {
        byte[] object = Files.readAllBytes(file);
        try (InProcessJit jit = Jit.inProcess()) {
            InProcessDylib first = jit.createDylib("first");
            first.add("add.o", object);
            require(first.function("add", ADD));
            printProcess("start");
            List<MethodHandle> kept = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                InProcessDylib dylib = jit.createDylib("add");
                dylib.add("add.o", object);
                MethodHandle add = dylib.function("add", ADD);
                require(add);
                kept.add(add);
            }
            printProcess("end");
            if (kept.size() != count) {
                throw new AssertionError();
            }
        }
    }

    /** Loads one object after the other into an executor that is started for it. Ends without freeing them, because only loading is counted. */
    private static void remote(Path file, int count, List<String> executor) throws Exception {
        byte[] object = Files.readAllBytes(file);
        try (RemoteJit jit = Jit.launch(executor)) {
            for (int i = 0; i < count; i++) {
                RemoteDylib dylib = jit.createDylib("object " + i);
                dylib.add(file.toString(), object);
                dylib.address("measured");
            }
            Runtime.getRuntime().halt(0);
        }
    }

    private static void libraries(Path file, int count) throws Throwable {
        Path folder = Files.createTempDirectory("orcinus-bench");
        List<MethodHandle> kept = new ArrayList<>();
        printProcess("start");
        for (int i = 0; i < count; i++) {
            Path copy = Files.copy(file, folder.resolve(i + ".so"));
            SymbolLookup symbols = SymbolLookup.libraryLookup(copy, Arena.global());
            kept.add(Linker.nativeLinker().downcallHandle(symbols.find("add").orElseThrow(), ADD));
            Files.delete(copy);
        }
        printProcess("end");
        Files.delete(folder);
    }

    private static void printProcess(String when) throws IOException {
        System.gc();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                print(when + "_rss_kib", Double.parseDouble(line.replaceAll("[^0-9]", "")));
            }
        }
        print(when + "_maps", Files.readAllLines(Path.of("/proc/self/maps")).size());
        print(when + "_fds", entries("/proc/self/fd"));
        print(when + "_threads", entries("/proc/self/task"));
    }

    private static int entries(String folder) throws IOException {
        int entries = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(folder))) {
            for (Path _ : all) {
                entries++;
            }
        }
        return entries;
    }
}
