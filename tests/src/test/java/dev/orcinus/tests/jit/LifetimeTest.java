package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests that objects and dylibs are freed when they are closed, in the right order, completely, and
 * once.
 */
@ParameterizedClass
@EnumSource(JitKind.class)
final class LifetimeTest {
    @Parameter private JitKind kind;

    private static final FunctionDescriptor VOID_OF_INT =
            FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT);

    private final List<Integer> events = new CopyOnWriteArrayList<>();

    @SuppressWarnings("UnusedMethod") // called through its method handle
    private static void record(LifetimeTest test, int event) {
        test.events.add(event);
    }

    /** Returns a dylib whose code reports to {@link #events}. */
    private CallableDylib reporting(CallableJit jit, String name) {
        try {
            MethodHandle event =
                    MethodHandles.lookup()
                            .findStatic(
                                    LifetimeTest.class,
                                    "record",
                                    MethodType.methodType(
                                            void.class, LifetimeTest.class, int.class))
                            .bindTo(this);
            return jit.createDylib(name).define("event", event, VOID_OF_INT);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @Test
    void initializersUseAtExitFinalizers() throws Throwable {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "life"), "life");
            dylib.link();
            assertEquals(List.of(), events, "linking runs nothing");
            dylib.initialize();
            dylib.initialize();
            dylib.function("use", FunctionDescriptor.ofVoid()).invokeExact();
            assertEquals(List.of(1, 2), events);
            dylib.close();
            assertEquals(List.of(1, 2, 3, 4), events);
            dylib.close();
        }
        assertEquals(List.of(1, 2, 3, 4), events);
    }

    @Test
    void nothingIsFinalizedThatWasNotInitialized() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "life"), "life");
            dylib.deinitialize();
            assertNotNull(dylib.address("use"));
        }
        assertEquals(List.of(), events);
    }

    @Test
    void closingTheSessionClosesTheYoungestDylibFirst() throws IOException {
        CallableJit jit = kind.open();
        JitFixture.with(reporting(jit, "first"), "life2").initialize();
        JitFixture.with(reporting(jit, "second"), "life").initialize();
        jit.close();
        jit.close();
        assertEquals(List.of(11, 1, 3, 4, 14), events);
    }

    @Test
    void onlyNewInitializersRunTheNextTime() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "life"), "life");
            dylib.initialize();
            JitFixture.with(dylib, "life2").initialize();
            assertEquals(List.of(1, 11), events);
        }
        assertEquals(List.of(1, 11, 3, 14, 4), events);
    }

    @Test
    void dependenciesAreInitializedFirst() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib user = JitFixture.with(reporting(jit, "user"), "life");
            CallableDylib used = JitFixture.with(reporting(jit, "used"), "life2");
            user.linkAgainst(used).initialize();
            assertEquals(List.of(11, 1), events);
            used.initialize();
            assertEquals(List.of(11, 1), events);
        }
    }

    @Test
    void aDependencyStaysInitializedAsLongAsSomebodyNeedsIt() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib user = JitFixture.with(reporting(jit, "user"), "life");
            CallableDylib used = JitFixture.with(reporting(jit, "used"), "life2");
            user.linkAgainst(used).initialize();
            used.deinitialize();
            assertEquals(List.of(11, 1), events, "it is not open itself");
            used.initialize();
            user.deinitialize();
            assertEquals(List.of(11, 1, 3, 4), events, "now it is");
            user.initialize();
            used.deinitialize();
            assertEquals(List.of(11, 1, 3, 4, 1), events, "and is needed again");
            user.deinitialize();
            assertEquals(List.of(11, 1, 3, 4, 1, 3, 4, 14), events);
        }
        assertEquals(List.of(11, 1, 3, 4, 1, 3, 4, 14), events);
    }

    @Test
    void aDylibThatIsNeededIsFinalizedWhenItGoes() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib user = JitFixture.with(reporting(jit, "user"), "life");
            CallableDylib used = JitFixture.with(reporting(jit, "used"), "life2");
            user.linkAgainst(used).initialize();
            used.close();
            assertEquals(List.of(11, 1, 14), events);
            user.initialize();
            user.deinitialize();
            assertEquals(List.of(11, 1, 14, 3, 4), events);
        }
    }

    @Test
    void atExitsOfCalledCodeRunThoughNothingIsInitialized() throws Throwable {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "test"), "registers");
            dylib.deinitialize();
            dylib.function("enlist", FunctionDescriptor.ofVoid()).invokeExact();
            dylib.deinitialize();
            assertEquals(List.of(), events, "it is not initialized");
        }
        assertEquals(List.of(5), events);
    }

    @Test
    void anObjectThatIsRemovedDoesNotComeAgain() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "test"), "life");
            JitObject other = dylib.add(JitFixture.object("life2"));
            dylib.initialize();
            dylib.deinitialize();
            other.close();
            assertEquals(List.of(1, 11, 3, 14, 4), events, "finalized once");
            dylib.initialize();
            assertEquals(List.of(1, 11, 3, 14, 4, 1), events);
        }
    }

    /** Variables keep their values, so the counts of initializers continue. */
    @Test
    void dataStayWhenADylibIsInitializedAgain() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(reporting(jit, "test"), "registers");
            for (int i = 1; i <= 3; i++) {
                dylib.initialize();
                assertEquals(i, JitFixture.call(dylib, "times"));
                dylib.deinitialize();
            }
        }
    }

    @Test
    void nothingWorksAfterClosing() throws IOException {
        CallableJit jit = kind.open();
        CallableDylib dylib = jit.createDylib("closed");
        CallableDylib open = jit.createDylib("open");
        JitObject object = dylib.add(JitFixture.object("twice"));
        MethodHandle answer = dylib.function("answer", JitFixture.INT);
        assertEquals(1, JitFixture.call(answer));
        dylib.close();
        assertThrows(IllegalStateException.class, () -> JitFixture.call(answer));
        assertClosed(() -> dylib.add(JitFixture.object("twice")));
        assertClosed(() -> dylib.add("twice", new byte[0]));
        assertClosed(() -> dylib.address("answer"));
        assertClosed(() -> dylib.function("answer", JitFixture.INT));
        assertClosed(() -> dylib.define("name", MemorySegment.NULL));
        assertClosed(() -> dylib.addLibrary("libm.so.6"));
        assertClosed(dylib::initialize);
        assertClosed(dylib::deinitialize);
        assertClosed(dylib::link);
        assertClosed(() -> dylib.run("main", List.of("program")));
        assertClosed(() -> dylib.linkAgainst(open));
        assertClosed(() -> open.linkAgainst(dylib));
        object.close();
        jit.close();
        assertClosed(() -> open.address("malloc"));
        assertClosed(() -> jit.createDylib("late"));
        object.close();
        dylib.close();
        open.close();
    }

    private static void assertClosed(org.junit.jupiter.api.function.Executable use) {
        IllegalStateException e = assertThrows(IllegalStateException.class, use);
        assertTrue(e.getMessage().contains("is closed"), e::getMessage);
    }

    @Test
    void anObjectIsReplaced() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = jit.createDylib("test");
            JitObject first = dylib.add(JitFixture.object("twice"));
            assertEquals(1, JitFixture.call(dylib, "answer"));
            assertThrows(
                    DuplicateDefinitionException.class,
                    () -> dylib.add(JitFixture.object("twice_other")));
            first.close();
            first.close();
            assertThrows(UnresolvedSymbolsException.class, () -> dylib.address("answer"));
            JitFixture.with(dylib, "twice_other", "needs_answer");
            assertEquals(2, JitFixture.call(dylib, "answer"));
            assertEquals(102, JitFixture.call(dylib, "ask"));
        }
    }

    @Test
    void aHandleToARemovedObject() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = jit.createDylib("test");
            JitObject object = dylib.add(JitFixture.object("twice"));
            MethodHandle answer = dylib.function("answer", JitFixture.INT);
            assertEquals(1, JitFixture.call(answer));
            object.close();
            assertThrows(IllegalStateException.class, () -> JitFixture.call(answer));
        }
    }

    @Test
    void anObjectWithFinalizersIsRemoved() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = reporting(jit, "test");
            JitObject life = dylib.add(JitFixture.object("life"));
            JitObject other = dylib.add(JitFixture.object("life2"));
            dylib.initialize();
            other.close();
            assertEquals(List.of(1, 11, 14), events);
            IllegalStateException e = assertThrows(IllegalStateException.class, life::close);
            assertTrue(e.getMessage().contains("life.o may have functions"), e::getMessage);
        }
        assertEquals(List.of(1, 11, 14, 3, 4), events);
    }

    @Test
    void failuresLeaveTheSessionUsable() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib dylib = JitFixture.with(jit.createDylib("test"), "needs_answer");
            UnresolvedSymbolsException e =
                    assertThrows(UnresolvedSymbolsException.class, dylib::initialize);
            assertEquals(
                    List.of(JitFixture.object("needs_answer").toString()),
                    e.requesters().get("answer"));
            JitFixture.with(dylib, "twice").initialize();
            assertEquals(101, JitFixture.call(dylib, "ask"));
        }
    }

    @Test
    void dylibsDoNotClash() throws IOException {
        try (CallableJit jit = kind.open()) {
            CallableDylib one = JitFixture.with(jit.createDylib("same"), "twice", "needs_answer");
            CallableDylib two =
                    JitFixture.with(jit.createDylib("same"), "twice_other", "needs_answer");
            CallableDylib user = JitFixture.with(jit.createDylib("user"), "needs_answer");
            user.linkAgainst(two).linkAgainst(one);
            assertEquals(101, JitFixture.call(one, "ask"));
            assertEquals(102, JitFixture.call(two, "ask"));
            assertEquals(102, JitFixture.call(user, "ask"));
        }
    }

    @Test
    void dylibsOfTwoSessionsDoNotMix() {
        try (CallableJit one = kind.open();
                CallableJit two = kind.open()) {
            CallableDylib mine = one.createDylib("mine");
            CallableDylib theirs = two.createDylib("theirs");
            assertThrows(IllegalArgumentException.class, () -> mine.linkAgainst(theirs));
        }
    }

    /** Repeated loading and unloading leaves no mappings behind, except a few of the JVM. */
    @Test
    void memoryIsGivenBack() throws IOException {
        loadAndUnload(20);
        long before = mappings();
        loadAndUnload(200);
        long after = mappings();
        assertTrue(after < before + 50, () -> before + " mappings before, " + after + " after");
    }

    private void loadAndUnload(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            try (CallableJit jit = kind.open()) {
                CallableDylib dylib = JitFixture.with(reporting(jit, "test"), "life", "arithmetic");
                dylib.initialize();
                CallableDylib broken = JitFixture.with(jit.createDylib("broken"), "needs_answer");
                assertThrows(UnresolvedSymbolsException.class, broken::link);
                assertEquals(1, JitFixture.call(dylib, "count"));
                dylib.add(JitFixture.object("twice")).close();
            }
        }
    }

    private static long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }
}
