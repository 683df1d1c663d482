package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.bind.ByReference;
import dev.orcinus.jit.bind.Critical;
import dev.orcinus.jit.bind.Fallback;
import dev.orcinus.jit.bind.InOut;
import dev.orcinus.jit.bind.Kept;
import dev.orcinus.jit.bind.LastError;
import dev.orcinus.jit.bind.LastErrorException;
import dev.orcinus.jit.bind.Length;
import dev.orcinus.jit.bind.Out;
import dev.orcinus.jit.bind.SaveError;
import dev.orcinus.jit.bind.Size;
import dev.orcinus.jit.bind.Symbol;
import dev.orcinus.jit.bind.Unchecked;
import dev.orcinus.jit.bind.Variadic;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.tests.process.Finished;
import dev.orcinus.tests.process.Program;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of interfaces whose methods are C functions, in this process and in another one. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class BoundInterfaceTest {
    private static final String SOURCE =
            """
            #include <cerrno>
            #include <cstdarg>
            #include <cstdint>
            #include <cstdio>
            #include <cstdlib>
            #include <cstring>
            #include <thread>
            struct Point { double x, y; };
            struct Line { Point from, to; int8_t kind; };
            struct Sample { int32_t id; double values[3]; char label[8]; Point points[2]; };
            struct Named { const char *name; int32_t count; };
            struct Odd { int32_t number; double value; };
            typedef int (*Visitor)(int);
            extern "C" {
            double integrate(double a, double b, int n) { return (b - a) * n; }
            long sum(int8_t a, uint16_t b, short c, int d, long e, float f, bool g) {
              return a + b + c + d + e + (long) f + g;
            }
            bool negated(bool b) { return !b; }
            char16_t next_char(char16_t c) { return c + 1; }
            long length_of(const char *text) { return text ? (long) strlen(text) : -1; }
            const char *greeting(int which) { return which ? "gr\\xc3\\xbc\\xc3\\x9f dich" : nullptr; }
            const char *after(const char *text, const char *part) { return strstr(text, part); }
            Point moved(Point p, double by) { return {p.x + by, p.y - by}; }
            Line reversed(Line l) { return {l.to, l.from, (int8_t) -l.kind}; }
            Sample doubled(Sample s) {
              s.id *= 2; for (double &v : s.values) v *= 2;
              s.label[0]++; s.points[1].x = 9; return s;
            }
            long name_length(Named n) { return (n.name ? strlen(n.name) : 100) + n.count; }
            Named renamed(int count) { return {"renamed", count}; }
            double odd(Odd o) { return o.number + o.value; }
            double norm1(const Point *p) { return p->x + p->y; }
            long twice(const long *n) { return 2 * *n; }
            void fill(int *numbers, long count) { for (long i = 0; i < count; i++) numbers[i] += i; }
            long total(const int *numbers, long count) {
              long sum = 0; for (long i = 0; numbers && i < count; i++) sum += numbers[i]; return sum;
            }
            void swap_points(Point *p) { Point q = p[0]; p[0] = p[1]; p[1] = q; }
            long joined_length(const char **texts) {
              long sum = 0; for (; *texts; texts++) sum += strlen(*texts); return sum;
            }
            void name_them(const char **texts) { texts[0] = "one"; texts[1] = nullptr; }
            int visit_each(int count, Visitor visitor) {
              int sum = 0; for (int i = 0; i < count; i++) sum += visitor(i); return sum;
            }
            static Visitor stored;
            void store(Visitor visitor) { stored = visitor; }
            void *stored_address() { return (void *) stored; }
            int call_stored(int n) { return stored(n); }
            int call_in_thread(int n) {
              int result; std::thread([&] { result = stored(n); }).join(); return result;
            }
            Point each_point(Point (*turn)(Point, const char *)) { return turn({1, 2}, "caf\\xc3\\xa9"); }
            void sort(int *n, long count, long size, int (*compare)(const void *, const void *)) {
              qsort(n, count, size, compare);
            }
            int fail_with(int error) { errno = error; return error ? -1 : 5; }
            const char *fail_with_text(int error) { errno = error; return error ? nullptr : "fine"; }
            int *numbers() { static int all[] = {4, 5, 6}; return all; }
            double mean(int count, ...) {
              va_list list; va_start(list, count);
              double sum = 0; for (int i = 0; i < count; i++) sum += va_arg(list, double);
              va_end(list); return sum / count;
            }
            int formatted(char *target, long size, const char *format, ...) {
              va_list list; va_start(list, format);
              int n = vsnprintf(target, size, format, list); va_end(list); return n;
            }
            }
            """;

    record Point(double x, double y) {}

    record Line(Point from, Point to, byte kind) {}

    @SuppressWarnings("ArrayRecordComponent") // a struct with an array in it
    record Sample(
            int id,
            @Length(3) double[] values,
            @Length(8) String label,
            @Length(2) Point[] points) {}

    record Named(String name, int count) {}

    /** A record whose components are in another order than C's. */
    record Odd(double value, int number) {
        @SuppressWarnings("UnusedVariable") // bind reads it
        private static final GroupLayout LAYOUT =
                MemoryLayout.structLayout(
                        JAVA_INT.withName("number"),
                        MemoryLayout.paddingLayout(4),
                        java.lang.foreign.ValueLayout.JAVA_DOUBLE.withName("value"));
    }

    /** A callback. */
    @FunctionalInterface
    interface Visitor {
        int visit(int number);
    }

    /** A callback with another result after an exception. */
    @FunctionalInterface
    interface CarefulVisitor {
        @Fallback("-100")
        int visit(int number) throws Exception;
    }

    /** A callback with a struct and a text. */
    @FunctionalInterface
    interface Turn {
        Point turn(Point point, String name);
    }

    /** A comparator of C. */
    @FunctionalInterface
    interface Comparator {
        int compare(@ByReference int a, @ByReference int b);
    }

    /** The functions. */
    interface Functions {
        double integrate(double a, double b, int n);

        long sum(byte a, char b, short c, int d, long e, float f, boolean g);

        boolean negated(boolean value);

        @Symbol("next_char")
        char next(char c);

        @Symbol("length_of")
        long length(String text);

        @Unchecked
        @Symbol("length_of")
        long uncheckedLength(String text);

        String greeting(int which);

        String after(String text, String part);

        Point moved(Point point, double by);

        Line reversed(Line line);

        Sample doubled(Sample sample);

        @Symbol("name_length")
        long nameLength(Named named);

        Named renamed(int count);

        double odd(Odd odd);

        double norm1(@ByReference Point point);

        long twice(@ByReference long number);

        void fill(@InOut int[] numbers, long count);

        @Symbol("fill")
        void fillOut(@Out int[] numbers, long count);

        @Symbol("fill")
        void fillCopy(int[] numbers, long count);

        @Critical
        @Symbol("fill")
        void fillHeap(@InOut int[] numbers, long count);

        long total(int[] numbers, long count);

        @Symbol("total")
        long totalOf(MemorySegment numbers, long count);

        @Symbol("swap_points")
        void swap(@InOut Point[] points);

        @Symbol("joined_length")
        long joinedLength(String[] texts);

        @Symbol("name_them")
        void nameThem(@Out String[] texts);

        @Symbol("visit_each")
        int visitEach(int count, Visitor visitor);

        @Symbol("visit_each")
        int visitCarefully(int count, CarefulVisitor visitor);

        void store(@Kept Visitor visitor);

        @Symbol("store")
        void lend(Visitor visitor);

        @Symbol("stored_address")
        MemorySegment storedAddress();

        @Symbol("call_stored")
        int callStored(int n);

        @Symbol("call_in_thread")
        int callInThread(int n);

        @Symbol("each_point")
        Point eachPoint(Turn turn);

        void sort(@InOut int[] numbers, long count, long size, Comparator comparator);

        @SaveError
        @Symbol("fail_with")
        int failQuietly(int error);

        @Symbol("fail_with")
        int fail(int error) throws LastErrorException;

        @Symbol("fail_with_text")
        String failWithText(int error) throws LastErrorException;

        @Size(12)
        MemorySegment numbers();

        @Variadic(fixedCount = 1)
        double mean(int count, double a, double b);

        int formatted(@Out byte[] target, long size, String format, Object... arguments);

        default double halfOf(double a, double b) {
            return integrate(a, b, 1) / 2;
        }

        static int five() {
            return 5;
        }

        @Override
        String toString();
    }

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private static Path object;
    private CallableJit jit;
    private CallableDylib dylib;
    private Functions functions;

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "bound", SOURCE);
    }

    @BeforeEach
    void open() throws Exception {
        jit = kind.open();
        dylib = jit.createDylib("bound");
        dylib.add(object);
        functions = dylib.bind(Functions.class);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    @Test
    void numbersOfAllTypes() {
        assertEquals(-60, functions.integrate(5, -1, 10));
        assertEquals(
                -3 + 65_535 - 300 + 70_000 + (1L << 40) + 7 + 1,
                functions.sum((byte) -3, '\uffff', (short) -300, 70_000, 1L << 40, 7.5f, true));
        assertTrue(functions.negated(false));
        assertFalse(functions.negated(true));
        assertEquals('\u0141', functions.next('\u0140'));
    }

    @Test
    void textsInUtf8() {
        assertEquals(5, functions.length("häß".substring(0, 3)));
        assertEquals(0, functions.length(""));
        assertEquals(-1, functions.length(null));
        assertEquals(100_000, functions.length("x".repeat(100_000)));
        assertEquals(30_000, functions.uncheckedLength("\u20ac".repeat(10_000)));
        assertEquals("grüß dich", functions.greeting(1));
        assertNull(functions.greeting(0));
        assertEquals("needle, hay", functions.after("hay, needle, hay", "need"));
        assertNull(functions.after("hay", "needle"));
    }

    @Test
    void recordsAreStructs() {
        assertEquals(new Point(4, -1), functions.moved(new Point(1, 2), 3));
        assertEquals(
                new Line(new Point(3, 4), new Point(1, 2), (byte) -7),
                functions.reversed(new Line(new Point(1, 2), new Point(3, 4), (byte) 7)));
        Point[] points = {new Point(0, 1), new Point(2, 3)};
        Sample sample = functions.doubled(new Sample(21, new double[] {1, 2, 3}, "label", points));
        assertEquals(42, sample.id);
        assertArrayEquals(new double[] {2, 4, 6}, sample.values);
        assertEquals("mabel", sample.label);
        assertArrayEquals(new Point[] {points[0], new Point(9, 3)}, sample.points);
        assertEquals(8, functions.nameLength(new Named("seven", 3)));
        assertEquals(103, functions.nameLength(new Named(null, 3)));
        assertEquals(new Named("renamed", 12), functions.renamed(12));
        assertEquals(3.5, functions.odd(new Odd(0.5, 3)));
        assertEquals(7, functions.norm1(new Point(3, 4)));
        assertEquals(84, functions.twice(42));
        NullPointerException refused =
                assertThrows(NullPointerException.class, () -> functions.moved(null, 1));
        assertTrue(refused.getMessage().matches("parameter ('point'|1) is null"));
        assertThrows(
                IllegalArgumentException.class,
                () -> functions.doubled(new Sample(1, new double[2], "x", points)));
    }

    @Test
    void arraysAreCopiedAsTheParameterSays() {
        int[] numbers = {10, 10, 10};
        functions.fillCopy(numbers, 3);
        assertArrayEquals(new int[] {10, 10, 10}, numbers);
        functions.fill(numbers, 3);
        assertArrayEquals(new int[] {10, 11, 12}, numbers);
        functions.fillHeap(numbers, 3);
        assertArrayEquals(new int[] {10, 12, 14}, numbers);
        functions.fillOut(numbers, 3);
        assertArrayEquals(new int[] {0, 1, 2}, numbers);
        assertEquals(3, functions.total(numbers, 3));
        assertEquals(0, functions.total(null, 3));
        int[] many = new int[100_000];
        functions.fill(many, many.length);
        assertEquals(99_999, many[99_999]);
        Point[] points = {new Point(1, 2), new Point(3, 4)};
        functions.swap(points);
        assertArrayEquals(new Point[] {new Point(3, 4), new Point(1, 2)}, points);
        assertEquals(6, functions.joinedLength(new String[] {"one", "two"}));
        String[] names = {"x", "y"};
        functions.nameThem(names);
        assertArrayEquals(new String[] {"one", null}, names);
    }

    @Test
    void segmentsArePointers() {
        try (Arena arena = jit.sharedArena(64)) {
            assertEquals(6, functions.totalOf(arena.allocateFrom(JAVA_INT, 1, 2, 3), 3));
        }
        assertEquals(0, functions.totalOf(null, 3));
        MemorySegment numbers = functions.numbers();
        assertNotEquals(0, numbers.address());
        if (kind == JitKind.IN_PROCESS) {
            assertArrayEquals(new int[] {4, 5, 6}, numbers.toArray(JAVA_INT));
        }
    }

    @Test
    void javaObjectsAreCallbacks() {
        List<Integer> visited = new ArrayList<>();
        int sum =
                functions.visitEach(
                        4,
                        n -> {
                            visited.add(n);
                            return n * 10;
                        });
        assertEquals(60, sum);
        assertEquals(List.of(0, 1, 2, 3), visited);
        assertEquals(
                new Point(3, 4),
                functions.eachPoint((p, name) -> new Point(p.x + 2, p.y * name.length() / 2)));
        int[] numbers = {5, -3, 99, 0, 5, -70, 12};
        functions.sort(numbers, 7, 4, (a, b) -> Integer.compare(b, a));
        assertArrayEquals(new int[] {99, 12, 5, 5, 0, -3, -70}, numbers);
    }

    @Test
    void callbacksNest() {
        int depth =
                functions.visitEach(
                        2, n -> functions.visitEach(2, m -> functions.visitEach(1, _ -> n + m)));
        assertEquals(0 + 1 + 1 + 2, depth);
    }

    @Test
    void aCallbackLivesAsLongAsItsObject() throws Exception {
        Visitor visitor = n -> n + 1;
        functions.lend(visitor);
        MemorySegment address = functions.storedAddress();
        System.gc();
        assertEquals(8, functions.callStored(7));
        functions.lend(n -> n);
        assertNotEquals(address, functions.storedAddress());
        functions.lend(visitor);
        assertEquals(address, functions.storedAddress());
        functions.store(n -> n * 3);
        System.gc();
        System.gc();
        assertEquals(21, functions.callStored(7));
        assertEquals(24, functions.callInThread(8));
        assertEquals(8, visitor.visit(7));
    }

    /** A new object for each call needs no new address for each. */
    @Test
    void callbacksThatAreGoneLeaveTheirPlaces() throws Exception {
        Set<MemorySegment> addresses = new java.util.HashSet<>();
        for (int i = 0; i < 60 || addresses.size() == i; i++) {
            int number = i;
            functions.lend(_ -> number);
            addresses.add(functions.storedAddress());
            if (i % 10 == 0) {
                System.gc();
                Thread.sleep(20);
            }
            assertTrue(i < 600, "no address was used again");
        }
    }

    @Test
    void exceptionsOfCallbacksAreThrownByTheCall() {
        List<Integer> visited = new ArrayList<>();
        Exception thrown = new Exception("three is bad");
        CarefulVisitor visitor =
                n -> {
                    visited.add(n);
                    if (n == 2) {
                        throw thrown;
                    }
                    return n;
                };
        Exception caught =
                assertThrows(Exception.class, () -> functions.visitCarefully(4, visitor));
        assertSame(thrown, caught);
        assertTrue(visited.contains(2), visited::toString);
        assertEquals(1, functions.visitEach(2, n -> n));
    }

    @Test
    void errorsOfC() {
        assertEquals(-1, functions.failQuietly(33));
        assertEquals(33, LastError.get().number());
        assertEquals(5, functions.fail(0));
        LastErrorException failed =
                assertThrows(LastErrorException.class, () -> functions.fail(13));
        assertEquals(13, failed.number());
        assertEquals("fail has failed: errno is 13", failed.getMessage());
        assertEquals("fine", functions.failWithText(0));
        assertEquals(
                2,
                assertThrows(LastErrorException.class, () -> functions.failWithText(2)).number());
    }

    @Test
    void variableArguments() {
        assertEquals(2.25, functions.mean(2, 1.5, 3.0));
        byte[] target = new byte[64];
        int length =
                functions.formatted(
                        target, 64, "%d %ld %s %.2f %c%s", 7, 1L << 40, "text", 2.5f, 'x', "");
        assertEquals(
                "7 1099511627776 text 2.50 x",
                new String(target, 0, length, java.nio.charset.StandardCharsets.UTF_8));
        assertEquals(2, functions.formatted(target, 64, "ok"));
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> functions.formatted(target, 64, "%p", List.of()));
        assertTrue(refused.getMessage().contains("formatted"), refused::getMessage);
    }

    @Test
    void whatIsNotCStaysAsItIs() {
        assertEquals(1.5, functions.halfOf(2, 5));
        assertEquals(5, Functions.five());
        assertEquals("Functions of bound", functions.toString());
        Functions other = dylib.bind(Functions.class, MethodHandles.lookup());
        assertEquals(-60, other.integrate(5, -1, 10));
        assertNotEquals(functions, other);
        assertEquals(functions, functions);
    }

    /** An interface with functions that nobody defines. */
    interface Missing {
        int fail_with(int error);

        int absent(int n);

        @Symbol("absent_too")
        void other();
    }

    @Test
    void allMissingFunctionsAreNamedAtOnce() {
        UnresolvedSymbolsException missing =
                assertThrows(UnresolvedSymbolsException.class, () -> dylib.bind(Missing.class));
        assertEquals(Set.of("absent", "absent_too"), missing.requesters().keySet());
        assertEquals(List.of("Missing.other"), missing.requesters().get("absent_too"));
    }

    /** An interface that C cannot have. */
    interface Wrong {
        int integrate(double a, List<String> names);

        Object total(int[] numbers);

        void fill(@Out int number);

        @Symbol("store")
        void unusable(java.util.function.Supplier<String> supplier);
    }

    @Test
    void wrongTypesAreNamedWithTheirPlaces() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> dylib.bind(Wrong.class))
                        .getMessage();
        assertTrue(
                message.matches(
                        ".*Wrong.integrate\\(double, List\\): parameter ('names'|2): C has no type for java.util.List.*"),
                message);
        assertTrue(
                message.contains("Wrong.total(int[]): result: C has no type for java.lang.Object"),
                message);
        assertTrue(message.contains("@Out and @InOut are for arrays"), message);
        assertTrue(message.contains("callback Supplier, result"), message);
        assertThrows(IllegalArgumentException.class, () -> dylib.bind(String.class));
    }

    @Test
    void aClosedDylibIsNotCalled() {
        dylib.close();
        assertThrows(IllegalStateException.class, () -> functions.integrate(1, 2, 3));
        assertThrows(IllegalStateException.class, () -> functions.length("text"));
    }

    @Test
    void aKeptCallbackOutlivesTheBoundObject() throws Exception {
        MethodHandle call =
                dylib.function("call_stored", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        storeMultiplier(dylib.bind(Functions.class), 3);
        functions = null;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertEquals(21, JitFixture.call(MethodHandles.insertArguments(call, 0, 7)));
    }

    /** Another interface with the same callback. */
    interface Storing {
        @Symbol("store")
        void put(Visitor visitor);
    }

    @Test
    void anObjectHasOneAddressForAllInterfaces() {
        Visitor visitor = n -> n + 1;
        functions.store(visitor);
        MemorySegment first = functions.storedAddress();
        dylib.bind(Storing.class).put(visitor);
        assertEquals(first.address(), functions.storedAddress().address());
        Visitor other = n -> n + 2;
        dylib.bind(Storing.class).put(other);
        assertNotEquals(first.address(), functions.storedAddress().address());
        assertEquals(9, functions.callStored(7));
    }

    private static final Map<String, String> NARROW =
            Map.of(
                    "module-info.java",
                    "module narrow { exports narrow; }",
                    "Stores.java",
                    "package narrow; public interface Stores { void store(Seen seen); }",
                    "Seen.java",
                    "package narrow; interface Seen { int visit(int n); }",
                    "Owner.java",
                    """
                    package narrow;
                    import java.lang.invoke.MethodHandles;
                    public final class Owner {
                        public static MethodHandles.Lookup lookup() {
                            return MethodHandles.lookup();
                        }
                    }
                    """);

    /** Returns a module that opens nothing, with a public interface whose callback is not. */
    private static ModuleLayer narrow(Path folder) throws Exception {
        List<String> command = new ArrayList<>();
        command.addAll(List.of(ForkedJvm.tool("javac"), "-d", folder.toString()));
        for (Map.Entry<String, String> source : NARROW.entrySet()) {
            Path file = folder.resolve(source.getKey());
            command.add(Files.writeString(file, source.getValue()).toString());
        }
        try (Program javac = Program.start(folder, command)) {
            Finished finished = javac.finish();
            assertEquals(0, finished.status(), finished::toString);
        }
        ModuleLayer boot = ModuleLayer.boot();
        Configuration modules =
                boot.configuration()
                        .resolve(ModuleFinder.of(folder), ModuleFinder.of(), Set.of("narrow"));
        return boot.defineModulesWithOneLoader(modules, ClassLoader.getSystemClassLoader());
    }

    /** Whoever binds an interface first has no say in who else may use its callback's type. */
    @Test
    void eachBinderNeedsAccessToCallbacks(@TempDir Path folder) throws Exception {
        ClassLoader loader = narrow(folder).findLoader("narrow");
        Class<?> type = loader.loadClass("narrow.Stores");
        MethodHandles.Lookup own =
                (MethodHandles.Lookup)
                        loader.loadClass("narrow.Owner").getMethod("lookup").invoke(null);
        BoundInterfaceTest.class.getModule().addReads(type.getModule());
        MethodHandles.Lookup other = MethodHandles.lookup();
        for (int i = 0; i < 2; i++) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> dylib.bind(type, other));
            assertTrue(
                    refused.getMessage().contains("Seen is not accessible: make it public"),
                    refused::getMessage);
            dylib.bind(type, own);
        }
    }

    private static void storeMultiplier(Functions bound, int factor) {
        Visitor visitor = n -> n * factor;
        bound.store(visitor);
        bound.store(visitor);
    }
}
