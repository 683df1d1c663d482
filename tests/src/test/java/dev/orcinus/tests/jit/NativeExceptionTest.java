package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.bind.Fallback;
import dev.orcinus.jit.bind.Kept;
import dev.orcinus.jit.bind.Symbol;
import dev.orcinus.loader.NativeException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of exceptions that leave native code, and of those that leave callbacks. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class NativeExceptionTest {
    private static final String SOURCE =
            """
            #include <cstdlib>
            #include <cstring>
            #include <exception>
            #include <stdexcept>
            #include <string>
            #include <thread>
            #include <unwind.h>
            namespace zoo {
              struct Error : std::runtime_error {
                int code; Error(int c) : std::runtime_error("error " + std::to_string(c)), code(c) {}
              };
              struct Other { long padding; virtual ~Other() {} };
              struct Both : Other, std::logic_error { Both() : std::logic_error("both") {} };
              struct Plain { int n; };
            }
            typedef int (*Visitor)(int);
            static int cleaned;
            struct Guard { ~Guard() { cleaned++; } };
            extern "C" {
            int plain_visit(int n, Visitor visitor);
            int cleaned_count() { return cleaned; }
            int uncaught() { return std::uncaught_exceptions(); }
            __attribute__((noinline)) void thrower(int which) {
              Guard guard;
              switch (which) {
                case 0: throw zoo::Error(7);
                case 1: throw 42;
                case 2: throw "a text";
                case 3: throw zoo::Both();
                case 4: throw zoo::Plain{3};
                case 5: try { throw zoo::Error(8); } catch (...) { std::rethrow_exception(std::current_exception()); }
                default: throw std::string("a string");
              }
            }
            __attribute__((noinline)) int outer(int which) { Guard guard; thrower(which); return 1; }
            double many(long a, long b, long c, long d, long e, long f, long g, long h, long i, double x, int fail) {
              if (fail) throw zoo::Error(fail);
              return a + 2*b + 3*c + 4*d + 5*e + 6*f + 7*g + 8*h + 9*i + x;
            }
            int visit(int n, Visitor visitor) { Guard guard; return visitor(n) + 1; }
            int swallow(int n, Visitor visitor) {
              try { return visitor(n); } catch (...) { return -7; }
            }
            int typed_swallow(int n, Visitor visitor) {
              try { return visitor(n); } catch (std::exception &e) { return -8; }
            }
            int sort_visit(int n, Visitor visitor) {
              static Visitor called; called = visitor;
              int all[] = {3, 1, 2};
              Guard guard;
              qsort(all, 3, sizeof(int), [](const void *a, const void *b) { return called(*(int *) a); });
              return all[0];
            }
            int swallow_twice(Visitor visitor) {
              try { return visitor(1); } catch (...) { return visitor(2); }
            }
            static Visitor saved;
            void save(Visitor visitor) { saved = visitor; }
            int visit_saved() { return saved(1); }
            void raise_nonsense() {
              alignas(16) static struct { char before[128]; _Unwind_Exception thrown; } nonsense;
              memcpy(&nonsense.thrown.exception_class, "\\0++CCUNG", 8);
              _Unwind_RaiseException(&nonsense.thrown);
            }
            int in_thread(int n, Visitor visitor) {
              int result = 0; std::thread([&] { result = visitor(n); }).join(); return result;
            }
            }
            """;

    /** C code without unwind tables. */
    private static final String PLAIN =
            """
            extern "C" int plain_visit(int n, int (*visitor)(int)) {
              int first = visitor(n);
              return first == -5 ? visitor(100) + first : first;
            }
            """;

    /** A callback that may throw. */
    @FunctionalInterface
    interface Visitor {
        @Fallback("-5")
        int visit(int number) throws Exception;
    }

    /** The functions. */
    interface Functions {
        @Symbol("cleaned_count")
        int cleaned();

        int uncaught();

        int outer(int which);

        double many(
                long a,
                long b,
                long c,
                long d,
                long e,
                long f,
                long g,
                long h,
                long i,
                double x,
                int fail);

        int visit(int n, Visitor visitor);

        int swallow(int n, Visitor visitor);

        @Symbol("typed_swallow")
        int swallowTyped(int n, Visitor visitor);

        @Symbol("sort_visit")
        int visitInSort(int n, Visitor visitor);

        @Symbol("swallow_twice")
        int swallowTwice(Visitor visitor);

        void save(@Kept Visitor visitor);

        @Symbol("visit_saved")
        int visitSaved();

        @Symbol("raise_nonsense")
        void raiseNonsense();

        @Symbol("plain_visit")
        int visitPlainly(int n, Visitor visitor);

        @Symbol("in_thread")
        int visitInThread(int n, Visitor visitor);
    }

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private static Path object;
    private static Path plain;
    private CallableJit jit;
    private CallableDylib dylib;
    private Functions functions;

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "throwing", SOURCE);
        plain =
                CompiledObject.compile(
                        folder,
                        "plain",
                        PLAIN,
                        "-fno-exceptions",
                        "-fno-asynchronous-unwind-tables",
                        "-g0");
    }

    @BeforeEach
    void open() throws Exception {
        jit = kind.open();
        dylib = jit.createDylib("throwing");
        dylib.add(object);
        dylib.add(plain);
        functions = dylib.bind(Functions.class);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private NativeException thrown(int which) {
        return assertThrows(NativeException.class, () -> functions.outer(which));
    }

    @Test
    void exceptionsOfCxxHaveTypeAndText() {
        NativeException error = thrown(0);
        assertEquals("zoo::Error", error.typeName());
        assertEquals(Optional.of("error 7"), error.what());
        assertEquals("zoo::Error: error 7", error.getMessage());
        assertEquals(2, functions.cleaned());
        assertEquals("int", thrown(1).typeName());
        assertEquals(Optional.of("a text"), thrown(2).what());
        assertEquals(Optional.of("both"), thrown(3).what());
        NativeException other = thrown(4);
        assertEquals("zoo::Plain", other.typeName());
        assertEquals(Optional.empty(), other.what());
        assertEquals(Optional.of("error 8"), thrown(5).what());
        assertTrue(thrown(6).typeName().contains("string"));
        assertEquals(0, functions.uncaught());
        assertEquals(14, functions.cleaned());
    }

    @Test
    void theFramesOfTheThrowAreNamed() {
        List<String> frames = thrown(0).nativeFrames();
        assertEquals(2, frames.size(), frames::toString);
        assertTrue(frames.get(0).startsWith("thrower+0x"), frames::toString);
        assertTrue(frames.get(1).startsWith("outer+0x"), frames::toString);
        assertTrue(frames.get(1).contains("throwing.cpp:"), frames::toString);
    }

    @Test
    void handlesThrowAsWell() {
        MethodHandle outer = dylib.function("outer", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        assertThrows(NativeException.class, () -> outer.invoke(1));
        MethodHandle cleaned = dylib.function("cleaned_count", FunctionDescriptor.of(JAVA_INT));
        assertEquals(2, JitFixture.call(cleaned));
        FunctionDescriptor many =
                FunctionDescriptor.of(
                        JAVA_DOUBLE,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_LONG,
                        JAVA_DOUBLE,
                        JAVA_INT);
        MethodHandle handle = dylib.function("many", many);
        assertThrows(
                NativeException.class,
                () -> handle.invoke(1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 1L, 0.5, 3));
    }

    @Test
    void argumentsOnTheStackArrive() {
        assertEquals(285.25, functions.many(1, 2, 3, 4, 5, 6, 7, 8, 9, 0.25, 0));
        NativeException error =
                assertThrows(
                        NativeException.class,
                        () -> functions.many(1, 2, 3, 4, 5, 6, 7, 8, 9, 0.25, 12));
        assertEquals(Optional.of("error 12"), error.what());
    }

    /** Java calls C++, which calls Java, which calls C++, which calls Java, which throws. */
    @Test
    void javaExceptionsPassThreeLayersOfBoth() {
        IOException wanted = new IOException("no more");
        List<String> layers = new ArrayList<>();
        Visitor third =
                n -> {
                    layers.add("third");
                    throw wanted;
                };
        Visitor second =
                n -> {
                    try {
                        return functions.visitInSort(n, third);
                    } finally {
                        layers.add("second");
                    }
                };
        Visitor first =
                n -> {
                    try {
                        return functions.visit(n, second);
                    } finally {
                        layers.add("first");
                    }
                };
        Exception caught = assertThrows(Exception.class, () -> functions.visit(1, first));
        assertSame(wanted, caught);
        assertEquals(List.of("third", "second", "first"), layers);
        assertEquals(3, functions.cleaned());
        assertEquals(4, functions.visit(3, n -> n));
    }

    /** The same with an exception that C++ throws in the third layer. */
    @Test
    void nativeExceptionsPassThreeLayersOfBoth() {
        List<NativeException> seen = new ArrayList<>();
        Visitor second =
                n -> {
                    try {
                        return functions.outer(0);
                    } catch (NativeException e) {
                        seen.add(e);
                        throw e;
                    }
                };
        Visitor first = n -> functions.visit(n, second);
        NativeException caught =
                assertThrows(NativeException.class, () -> functions.visit(1, first));
        assertEquals(List.of(caught), seen);
        assertEquals("zoo::Error", caught.typeName());
        assertEquals(4, functions.cleaned());
    }

    @Test
    void nativeCodeCatchesWhatJavaThrows() {
        Visitor throwing =
                n -> {
                    throw new IOException("caught by C++");
                };
        for (int i = 0; i < 100; i++) { // more than there is room for at once
            assertEquals(-7, functions.swallow(1, throwing));
        }
        assertThrows(IOException.class, () -> functions.swallowTyped(1, throwing));
        assertEquals(2, functions.swallow(2, n -> n));
    }

    @Test
    void codeWithoutUnwindTablesGetsTheFallback() {
        List<Integer> visited = new ArrayList<>();
        IOException wanted = new IOException("first");
        Visitor throwing =
                n -> {
                    visited.add(n);
                    if (n == 1) {
                        throw wanted;
                    }
                    return n;
                };
        Exception caught = assertThrows(Exception.class, () -> functions.visitPlainly(1, throwing));
        assertSame(wanted, caught);
        assertEquals(List.of(1, 100), visited);
        assertEquals(3, functions.visitPlainly(3, throwing));
    }

    @Test
    void aThreadOfNativeCodeHasAHandler() {
        List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, thrown) -> uncaught.add(thrown));
        try {
            int result =
                    functions.visitInThread(
                            1,
                            _ -> {
                                throw new IOException("alone");
                            });
            assertEquals(-5, result);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(1, uncaught.size());
        assertEquals(1, functions.visit(0, n -> n));
    }

    @Test
    void anExceptionInPlaceOfACaughtOneIsThrown() {
        IOException first = new IOException("first");
        IOException second = new IOException("second");
        Visitor throwing =
                n -> {
                    throw n == 1 ? first : second;
                };
        Exception caught = assertThrows(Exception.class, () -> functions.swallowTwice(throwing));
        assertSame(second, caught);
        assertEquals(0, caught.getSuppressed().length);
        assertEquals(3, functions.swallow(3, n -> n));
    }

    /** While native code handles an exception of Java, it calls Java, which makes a call. */
    @Test
    void aCallWhileAnExceptionIsHandledDoesNotThrowIt() {
        Visitor visitor =
                n -> {
                    if (n == 1) {
                        throw new IOException("handled");
                    }
                    return functions.cleaned() + 10;
                };
        assertEquals(10, functions.swallowTwice(visitor));
    }

    @Test
    void exceptionsThatCannotBeRaisedLeaveRoomForOthers() {
        Visitor throwing =
                _ -> {
                    throw new IOException("not raised");
                };
        for (int i = 0; i < 1_000; i++) { // more than there is room for
            assertThrows(IOException.class, () -> functions.visitPlainly(1, throwing));
        }
        assertEquals(-7, functions.swallow(1, throwing));
    }

    @Test
    void anExceptionThatCannotBeReadIsThrownNevertheless() {
        NativeException thrown =
                assertThrows(NativeException.class, () -> functions.raiseNonsense());
        assertEquals("unknown exception", thrown.typeName());
        assertTrue(thrown.getCause() instanceof RuntimeException);
        assertEquals(0, functions.cleaned());
    }

    /** The program's only frame on the thread is that of a method reference, which is hidden. */
    @Test
    void aMethodReferenceOnAThreadOfAPoolThrows() {
        IOException wanted = new IOException("in a pool");
        functions.save(
                _ -> {
                    throw wanted;
                });
        try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
            CompletableFuture<Integer> result =
                    CompletableFuture.supplyAsync(functions::visitSaved, pool);
            ExecutionException failed = assertThrows(ExecutionException.class, result::get);
            assertSame(wanted, failed.getCause());
        }
    }
}
