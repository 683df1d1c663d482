package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.jit.Jit;
import dev.orcinus.jit.JitObject;
import dev.orcinus.jit.RemoteDylib;
import dev.orcinus.jit.RemoteJit;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.tests.executor.ExecutorCommand;
import dev.orcinus.tests.executor.ListeningExecutor;
import dev.orcinus.tests.llvm.Fixtures;
import dev.orcinus.tests.llvm.Llvm;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the API with its code in an executor. The compiled programs test programs there. */
@Timeout(180)
final class RemoteJitTest {
    @TempDir Path directory;

    /** The executor of the code. */
    enum Executor {
        ORCINUS,
        LLVM_19,
        LLVM_22,
        LLVM_23;

        RemoteJit launch() {
            Fixtures.get("jit");
            return Jit.launch(this == ORCINUS ? ExecutorCommand.of() : List.of(program()));
        }

        private String program() {
            int version = Integer.parseInt(name().substring("LLVM_".length()));
            return new Llvm(version).tool("llvm-jitlink-executor");
        }
    }

    @ParameterizedTest
    @EnumSource
    void statusesOfMain(Executor executor) throws IOException {
        try (RemoteJit jit = executor.launch()) {
            RemoteDylib dylib = JitFixture.with(jit.createDylib("test"), "arithmetic");
            assertEquals(0, dylib.run("main", List.of("program")));
            assertEquals(77, dylib.run("main", List.of("program", "77")));
            assertEquals(-5, dylib.run("main", List.of("program", "-5")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void missingSymbolsAndAnotherTry(Executor executor) throws IOException {
        try (RemoteJit jit = executor.launch()) {
            RemoteDylib dylib =
                    JitFixture.with(jit.createDylib("test"), "needs_answer", "asks_java");
            UnresolvedSymbolsException e =
                    assertThrows(UnresolvedSymbolsException.class, dylib::initialize);
            String needsAnswer = JitFixture.object("needs_answer").toString();
            String asksJava = JitFixture.object("asks_java").toString();
            assertEquals(List.of(needsAnswer), e.requesters().get("answer"));
            assertEquals(List.of(asksJava), e.requesters().get("java"));
            assertEquals(2, e.requesters().size());
            dylib.define("java", dylib.address("abs"));
            JitFixture.with(dylib, "twice").initialize();
            assertEquals(101, dylib.run("ask", List.of()));
            assertEquals(10, dylib.run("asks", List.of()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void objectsAndDylibsComeAndGo(Executor executor) throws IOException {
        try (RemoteJit jit = executor.launch()) {
            RemoteDylib dylib = jit.createDylib("test");
            for (String object : List.of("twice", "twice_other", "twice")) {
                try (JitObject one = dylib.add(JitFixture.object(object));
                        RemoteDylib user =
                                JitFixture.with(jit.createDylib("user"), "needs_answer")) {
                    user.linkAgainst(dylib).initialize();
                    int answer = object.equals("twice") ? 101 : 102;
                    assertEquals(answer, user.run("ask", List.of()), one::name);
                }
            }
            assertThrows(UnresolvedSymbolsException.class, () -> dylib.address("answer"));
        }
    }

    /** A dylib in another process has no handles, no segments, and cannot become the program. */
    @Test
    void whatOnlyThisProcessCanDo() {
        for (Class<?> type : List.of(RemoteJit.class, RemoteDylib.class)) {
            for (Method method : type.getMethods()) {
                List<Class<?>> used = new ArrayList<>(List.of(method.getParameterTypes()));
                used.add(method.getReturnType());
                assertFalse(used.contains(MethodHandle.class), method::toString);
                assertFalse(method.getName().equals("becomeProgram"), method::toString);
                assertFalse(method.getReturnType().equals(MemorySegment.class), method::toString);
            }
        }
        assertFalse(SymbolLookup.class.isAssignableFrom(RemoteDylib.class));
    }

    @ParameterizedTest
    @EnumSource
    void functionsOfNoArguments(Executor executor) throws IOException {
        try (RemoteJit jit = executor.launch()) {
            RemoteDylib dylib = JitFixture.with(jit.createDylib("test"), "twice");
            assertEquals(1, dylib.run("answer", List.of()));
        }
    }

    /** The code needs memory in the first 2 GiB, which an executor of LLVM does not give. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "ORCINUS")
    void noLowMemory(Executor executor) throws IOException {
        try (RemoteJit jit = executor.launch()) {
            RemoteDylib dylib = jit.createDylib("test");
            JitObject low = dylib.add(Fixtures.get("programs/language/gcc-nopic-O0/other.o"));
            TargetException e = assertThrows(TargetException.class, dylib::initialize);
            assertTrue(e.getMessage().contains("compile with -fPIC"), e::getMessage);
            low.close();
            JitFixture.with(dylib, "twice").initialize();
            assertEquals(1, dylib.run("answer", List.of()));
        }
    }

    /** The limit is two calls if there is a reservation already. */
    @Test
    void callsForEachObject() throws Exception {
        Fixtures.get("jit");
        try (ListeningExecutor executor = new ListeningExecutor(directory);
                CallCounter line = new CallCounter(executor.address());
                RemoteJit jit = Jit.connect("127.0.0.1", line.port())) {
            JitFixture.with(jit.createDylib("first"), "arithmetic").link();
            List<Integer> counts = new ArrayList<>();
            for (String object : List.of("twice", "arithmetic", "life2", "twice_other")) {
                RemoteDylib dylib = jit.createDylib(object);
                dylib.define("event", dylib.address("abs"));
                int before = line.calls();
                JitFixture.with(dylib, object).link();
                counts.add(line.calls() - before);
            }
            assertEquals(List.of(1, 2, 1, 1), counts, "finalize, and lookup where it is needed");
        }
    }

    /** All initializers of all objects run in one call, and so do all finalizers. */
    @Test
    void callsForInitializers() throws Exception {
        Fixtures.get("jit");
        try (ListeningExecutor executor = new ListeningExecutor(directory);
                CallCounter line = new CallCounter(executor.address());
                RemoteJit jit = Jit.connect("127.0.0.1", line.port())) {
            RemoteDylib events = JitFixture.with(jit.createDylib("events"), "events");
            RemoteDylib dylib = JitFixture.with(jit.createDylib("test"), "life2", "registers");
            dylib.linkAgainst(events).add(JitFixture.object("life"));
            dylib.link();
            int before = line.calls();
            dylib.initialize();
            assertEquals(1, line.calls() - before);
            assertEquals(0xb1, events.run("ran", List.of()));
            before = line.calls();
            dylib.initialize();
            assertEquals(0, line.calls() - before);
            dylib.deinitialize();
            assertEquals(2, line.calls() - before, "at-exits, and finalizers");
            assertEquals(0x34e, events.run("ran", List.of()));
            assertEquals(1, dylib.run("times", List.of()));
        }
    }

    @Test
    void anExecutorThatIsKilled() throws Exception {
        Fixtures.get("jit");
        try (ListeningExecutor executor = new ListeningExecutor(directory)) {
            RemoteJit jit = Jit.connect("127.0.0.1", executor.address().getPort());
            RemoteDylib dylib = JitFixture.with(jit.createDylib("test"), "twice");
            dylib.initialize();
            ProcessHandle process = ProcessHandle.of(executor.pid()).orElseThrow();
            process.destroyForcibly();
            process.onExit().join();
            assertThrows(TargetException.class, () -> dylib.run("answer", List.of()));
            assertThrows(
                    TargetException.class, () -> JitFixture.with(dylib, "arithmetic").initialize());
            jit.close();
        }
    }
}
