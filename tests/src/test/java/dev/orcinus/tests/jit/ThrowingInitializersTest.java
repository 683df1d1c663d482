package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.loader.LinkException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of Java methods that throw in initializers, finalizers and main. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class ThrowingInitializersTest {
    private static final String SOURCE =
            """
            extern "C" {
            long java(long number);
            static long value;
            __attribute__((constructor(200))) static void first() { value = java(1) + 100; }
            __attribute__((constructor(300))) static void second() { java(2); }
            __attribute__((destructor(200))) static void last() { java(-1); }
            __attribute__((destructor(300))) static void last_but_one() { java(-2); }
            long get() { return value; }
            long ask(long number) { return java(number) + 1; }
            int program() { return (int) java(3) + 50; }
            }
            """;

    private static final FunctionDescriptor LONG_OF_LONG =
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);

    @Parameter private JitKind kind;
    @TempDir private static Path folder;
    private static Path object;
    private final List<Long> asked = new ArrayList<>();
    private CallableJit jit;
    private CallableDylib dylib;
    private Method java = number -> number;

    /** What native code calls. */
    @FunctionalInterface
    private interface Method {
        long call(long number) throws Throwable;
    }

    @BeforeAll
    static void compile() throws Exception {
        object = CompiledObject.compile(folder, "asking", SOURCE);
    }

    @BeforeEach
    void open() throws Exception {
        jit = kind.open();
        dylib = load("asking");
    }

    private CallableDylib load(String name) throws Exception {
        CallableDylib loaded = jit.createDylib(name);
        loaded.add(object);
        MethodHandle method =
                MethodHandles.lookup()
                        .findVirtual(
                                ThrowingInitializersTest.class,
                                "java",
                                MethodType.methodType(long.class, long.class))
                        .bindTo(this);
        return loaded.define("java", method, LONG_OF_LONG);
    }

    @SuppressWarnings("UnusedMethod") // called by loaded code
    private long java(long number) throws Throwable {
        asked.add(number);
        return java.call(number);
    }

    @AfterEach
    void close() {
        java = number -> number;
        jit.close();
    }

    private void failAt(long which, Throwable reason) {
        java =
                number -> {
                    if (number == which) {
                        throw reason;
                    }
                    return number;
                };
    }

    private static void assertCause(Throwable reason, Executable step) {
        assertSame(reason, assertThrows(LinkException.class, step).getCause());
    }

    private long get() throws Throwable {
        return (long) dylib.function("get", FunctionDescriptor.of(JAVA_LONG)).invoke();
    }

    /** Those after it do not run, and all are new again. */
    @Test
    void anInitializerFails() throws Throwable {
        IllegalStateException reason = new IllegalStateException("no value");
        failAt(1, reason);
        assertCause(reason, dylib::initialize);
        assertEquals(List.of(1L), asked);
        assertCause(reason, this::get);
        java = number -> number;
        assertEquals(101, get());
        assertEquals(List.of(1L, 1L, 1L, 2L), asked);
    }

    @Test
    void theOtherFinalizersRun() throws Throwable {
        IOException reason = new IOException("no end");
        dylib.initialize();
        failAt(-2, reason);
        assertCause(reason, dylib::deinitialize);
        assertEquals(List.of(1L, 2L, -2L, -1L), asked);
        dylib.initialize();
        assertCause(reason, dylib::close);
        assertEquals(List.of(1L, 2L, -2L, -1L, 1L, 2L, -2L, -1L), asked);
        dylib = load("next");
        assertEquals(101, get());
    }

    /** It runs on a thread of its own; whoever waits for it hears of it. */
    @Test
    void aProgramFails() throws Throwable {
        IOException reason = new IOException("no program");
        failAt(3, reason);
        assertCause(reason, () -> dylib.run("program", List.of("program")));
        assertEquals(101, get());
        java = number -> number;
        assertEquals(53, dylib.run("program", List.of("program")));
    }

    /** What an inner run of initializers throws is over when it has been caught. */
    @Test
    void anInitializerInACallbackFails() throws Throwable {
        IllegalStateException reason = new IllegalStateException("no inner value");
        CallableDylib inner = load("inner");
        MethodHandle ask = dylib.function("ask", LONG_OF_LONG);
        java =
                number -> {
                    if (number == 1) {
                        throw reason;
                    }
                    assertCause(reason, inner::initialize);
                    return number;
                };
        assertEquals(8, (long) ask.invoke(7L));
        assertEquals(List.of(1L, 2L, 7L, 1L), asked);
    }
}
