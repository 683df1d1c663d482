package dev.orcinus.tests.jit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.jit.InProcessJit;
import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.jit.ObjectInspector;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests variables and addresses of loaded code as memory segments, and a dylib as a symbol lookup.
 */
@Timeout(180)
final class SegmentsTest {
    private static final MemoryLayout PAIR =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("first"),
                    JAVA_INT.withName("second"),
                    MemoryLayout.paddingLayout(4));

    private InProcessJit jit;
    private InProcessDylib dylib;
    private JitObject variables;

    @BeforeEach
    void open() throws Exception {
        jit = Jit.inProcess();
        dylib = jit.createDylib("test");
        variables = dylib.add(JitFixture.object("variables"));
    }

    @AfterEach
    void close() {
        jit.close();
    }

    @Test
    void variablesHaveTheirSize() {
        MemorySegment counter = dylib.variable("counter", JAVA_INT);
        assertEquals(4, counter.byteSize());
        assertEquals(5, counter.get(JAVA_INT, 0));
        counter.set(JAVA_INT, 0, 9);
        assertEquals(10, JitFixture.call(dylib, "bump"));
        assertEquals(10, counter.get(JAVA_INT, 0));
        MemorySegment pair = dylib.variable("pair", PAIR);
        assertEquals(16, pair.byteSize());
        assertEquals(8, pair.get(JAVA_INT, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> pair.get(JAVA_INT, 16));
        assertEquals(0, dylib.address("pair").byteSize());
        MemoryLayout misaligned = JAVA_LONG.withByteAlignment(1L << 40);
        assertThrows(IllegalArgumentException.class, () -> dylib.variable("counter", misaligned));
    }

    @Test
    void segmentsEndWithTheirObject() throws Exception {
        MemorySegment counter = dylib.variable("counter", JAVA_INT);
        MemorySegment bump = dylib.address("bump");
        MemorySegment outside = dylib.address("malloc");
        assertTrue(bump.scope().isAlive());
        variables.close();
        assertThrows(IllegalStateException.class, () -> counter.get(JAVA_INT, 0));
        assertFalse(bump.scope().isAlive());
        assertTrue(outside.scope().isAlive(), "what is outside stays");
        variables = dylib.add(JitFixture.object("variables"));
        assertEquals(5, dylib.variable("counter", JAVA_INT).get(JAVA_INT, 0));
        MemorySegment again = dylib.variable("counter", JAVA_INT);
        dylib.close();
        assertFalse(outside.scope().isAlive());
        assertThrows(IllegalStateException.class, () -> again.get(JAVA_INT, 0));
    }

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    /** The arguments of a native call stay until it has returned, as with a shared arena. */
    @Test
    @SuppressWarnings("restricted")
    void aNativeCallKeepsItsArguments() throws Exception {
        InProcessDylib libc = jit.createDylib("libc");
        MethodHandle search =
                libc.function(
                        "bsearch",
                        FunctionDescriptor.of(
                                ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS));
        MemorySegment counter = dylib.variable("counter", JAVA_INT);
        MethodHandle comparison =
                MethodHandles.lookup()
                        .findVirtual(
                                SegmentsTest.class,
                                "compare",
                                MethodType.methodType(
                                        int.class, MemorySegment.class, MemorySegment.class))
                        .bindTo(this);
        try (Arena arena = Arena.ofShared();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            MemorySegment compare =
                    Linker.nativeLinker()
                            .upcallStub(
                                    comparison,
                                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS),
                                    arena);
            Future<MemorySegment> found = threads.submit(() -> search(search, counter, compare));
            inside.await();
            try {
                IllegalStateException refusal =
                        assertThrows(IllegalStateException.class, variables::close);
                assertTrue(refusal.getMessage().contains("variables.o stays as long"));
                assertThrows(IllegalStateException.class, dylib::close);
                assertThrows(IllegalStateException.class, jit::close);
            } finally {
                release.countDown();
            }
            assertEquals(counter.address(), found.get().address());
        }
        variables.close();
        jit.close();
        assertThrows(IllegalStateException.class, () -> jit.createDylib("late"));
    }

    private static MemorySegment search(
            MethodHandle search, MemorySegment counter, MemorySegment compare) {
        try {
            return (MemorySegment) search.invokeExact(counter, counter, 1L, 4L, compare);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** Stays in the native call that has called it. */
    int compare(MemorySegment key, MemorySegment element) {
        inside.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return key.equals(element) ? 0 : 1;
    }

    /** Uses a dylib as jextract's classes use a library. */
    @Test
    @SuppressWarnings("restricted")
    void aDylibIsASymbolLookup() throws Throwable {
        SymbolLookup symbols = dylib;
        MethodHandle bump =
                Linker.nativeLinker().downcallHandle(symbols.findOrThrow("bump"), JitFixture.INT);
        assertEquals(6, (int) bump.invokeExact());
        assertEquals(Optional.empty(), symbols.find("nobody_defines_this"));
        assertThrows(NoSuchElementException.class, () -> symbols.findOrThrow("no_such"));
        SymbolLookup either = symbols.or(jit.createDylib("libc"));
        assertTrue(either.find("malloc").isPresent());
        variables.close();
        assertThrows(IllegalStateException.class, () -> bump.invoke());
        assertEquals(Optional.empty(), symbols.find("bump"));
    }

    /** A defined symbol that needs an undefined one is an error, not an absent symbol. */
    @Test
    void whatCannotBeLinkedIsNotAbsent() throws Exception {
        JitFixture.with(dylib, "needs_answer");
        RuntimeException e = assertThrows(RuntimeException.class, () -> dylib.find("ask"));
        assertTrue(e.getMessage().contains("answer"), e::getMessage);
        assertEquals(Optional.empty(), dylib.find("answer"));
    }

    @Test
    void aDylibTakesSymbolLookups() throws Exception {
        try (InProcessJit other = Jit.inProcess()) {
            InProcessDylib answers = JitFixture.with(other.createDylib("answers"), "twice");
            JitFixture.with(dylib, "needs_answer");
            dylib.addLookup(name -> Optional.empty()).addLookup(answers);
            assertEquals(101, JitFixture.call(dylib, "ask"));
            dylib.close();
        }
        InProcessDylib same = jit.createDylib("same");
        InProcessDylib mine = jit.createDylib("mine");
        assertThrows(IllegalArgumentException.class, () -> same.addLookup(mine));
        MemorySegment onHeap = MemorySegment.ofArray(new byte[8]);
        same.addLookup(name -> Optional.of(onHeap));
        assertThrows(IllegalArgumentException.class, () -> same.address("no_such"));
        assertThrows(IllegalArgumentException.class, () -> same.define("heap", onHeap));
    }

    /** An unchecked handle works the same while its code is loaded. */
    @Test
    void uncheckedHandles() throws Throwable {
        MethodHandle bump = dylib.uncheckedFunction("bump", JitFixture.INT);
        assertEquals(6, (int) bump.invokeExact());
        dylib.close();
        assertThrows(
                IllegalStateException.class, () -> dylib.uncheckedFunction("bump", JitFixture.INT));
        assertThrows(IllegalStateException.class, () -> dylib.addLookup(name -> Optional.empty()));
    }

    @Test
    void aLookupFindsWhatCodeCalls() throws Throwable {
        JitFixture.with(dylib, "asks_java");
        MemorySegment abs = jit.createDylib("libc").address("abs");
        dylib.addLookup(name -> name.equals("java") ? Optional.of(abs) : Optional.empty());
        MethodHandle asks = dylib.function("asks", JitFixture.INT_OF_INT);
        assertEquals(80, (int) asks.invokeExact(-9));
    }

    /** A failure of a lookup leaves nothing half linked. */
    @Test
    void aLookupThatFails() throws Exception {
        JitFixture.with(dylib, "needs_answer");
        boolean[] fails = {true};
        InProcessDylib answers = JitFixture.with(jit.createDylib("answers"), "twice");
        MemorySegment answer = answers.address("answer");
        dylib.addLookup(
                name -> {
                    if (fails[0] && name.equals("answer")) {
                        throw new AssertionError("not yet");
                    }
                    return name.equals("answer") ? Optional.of(answer) : Optional.empty();
                });
        assertThrows(AssertionError.class, () -> dylib.find("ask"));
        assertThrows(AssertionError.class, () -> dylib.find("ask"), "it is linked by nobody");
        fails[0] = false;
        assertEquals(101, JitFixture.call(dylib, "ask"));
    }

    @Test
    void nullsAreRefusedByName() throws Exception {
        byte[] object = Files.readAllBytes(JitFixture.object("twice"));
        MethodHandle bump = dylib.function("bump", JitFixture.INT);
        FunctionDescriptor shape = JitFixture.INT;
        Linker.Option[] none = null;
        assertNull("name", () -> jit.createDylib(null));
        assertNull("hostName", () -> Jit.connect(null, 1));
        assertNull("command", () -> Jit.launch(null));
        assertNull("file", () -> dylib.add(null));
        assertNull("mode", () -> dylib.add(JitFixture.object("twice"), null));
        assertNull("label", () -> dylib.add(null, MemorySegment.ofArray(object)));
        assertNull("label", () -> dylib.add(null, object));
        assertNull("object", () -> dylib.add("x", (byte[]) null));
        assertNull("object", () -> dylib.add("x", (MemorySegment) null));
        assertNull("symbol", () -> dylib.define(null, MemorySegment.NULL));
        assertNull("address", () -> dylib.define("x", (MemorySegment) null));
        assertNull("symbol", () -> dylib.define(null, bump, shape));
        assertNull("method", () -> dylib.define("x", null, shape));
        assertNull("shape", () -> dylib.define("x", bump, null));
        assertNull("other", () -> dylib.linkAgainst(null));
        assertNull("lookup", () -> dylib.addLookup(null));
        assertNull("path", () -> dylib.addLibrary(null));
        assertNull("name", () -> dylib.find(null));
        assertNull("symbol", () -> dylib.address(null));
        assertNull("symbol", () -> dylib.variable(null, JAVA_INT));
        assertNull("layout", () -> dylib.variable("counter", (ValueLayout) null));
        assertNull("symbol", () -> dylib.function(null, shape));
        assertNull("shape", () -> dylib.function("bump", null));
        assertNull("options", () -> dylib.function("bump", shape, none));
        assertNull("symbol", () -> dylib.uncheckedFunction(null, shape));
        assertNull("entry", () -> dylib.run(null, List.of()));
        assertNull("arguments", () -> dylib.run("bump", null));
        assertNull("entry", () -> dylib.becomeProgram(null, List.of()));
        assertNull("arguments", () -> dylib.becomeProgram("bump", null));
        assertNull("parts", () -> ObjectInspector.of(null));
        ObjectInspector inspector = ObjectInspector.of(ObjectInspector.allParts());
        MemorySegment file = MemorySegment.ofArray(object);
        assertNull("label", () -> inspector.inspect(null, file, new StringBuilder()));
        assertNull("file", () -> inspector.inspect("x", null, new StringBuilder()));
        assertNull("out", () -> inspector.inspect("x", file, null));
    }

    private static void assertNull(
            String parameter, org.junit.jupiter.api.function.Executable call) {
        NullPointerException e = assertThrows(NullPointerException.class, call);
        assertEquals(parameter, e.getMessage());
    }
}
