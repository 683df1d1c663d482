package dev.orcinus.tests.jit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.jit.CallableDylib;
import dev.orcinus.jit.CallableJit;
import dev.orcinus.jit.InProcessDylib;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that nobody gets code of objects whose initializers have not run. */
@Timeout(180)
@ParameterizedClass
@EnumSource(JitKind.class)
final class OpeningTest {
    @Parameter private JitKind kind;

    private final List<Integer> events = new CopyOnWriteArrayList<>();
    private CallableJit jit;
    private CallableDylib dylib;

    @BeforeEach
    void open() throws Exception {
        jit = kind.open();
        dylib = calling("test", events::add);
    }

    @AfterEach
    void close() {
        jit.close();
    }

    private CallableDylib calling(String name, IntConsumer event) throws Exception {
        MethodHandle accept =
                MethodHandles.lookup()
                        .findVirtual(
                                IntConsumer.class,
                                "accept",
                                MethodType.methodType(void.class, int.class))
                        .bindTo(event);
        return jit.createDylib(name)
                .define("event", accept, FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    }

    private static Object uncheckedFunction(CallableDylib dylib) {
        return ((InProcessDylib) dylib).uncheckedFunction("use", FunctionDescriptor.ofVoid());
    }

    private static Object variable(CallableDylib dylib) {
        return ((InProcessDylib) dylib).variable("use", ValueLayout.JAVA_BYTE);
    }

    /** The ways to use a symbol of an object. */
    enum Way {
        FUNCTION(dylib -> dylib.function("use", FunctionDescriptor.ofVoid())),
        UNCHECKED_FUNCTION(OpeningTest::uncheckedFunction),
        ADDRESS(dylib -> dylib.address("use")),
        VARIABLE(OpeningTest::variable),
        FIND(dylib -> dylib.find("use").orElseThrow()),
        RUN(dylib -> dylib.run("use", List.of()));

        @SuppressWarnings("ImmutableEnumChecker") // functions without state
        private final Function<CallableDylib, Object> asking;

        Way(Function<CallableDylib, Object> asking) {
            this.asking = asking;
        }

        void askFor(CallableDylib dylib) {
            boolean isForBoth = this != UNCHECKED_FUNCTION && this != VARIABLE;
            assumeTrue(isForBoth || dylib instanceof InProcessDylib, "only in this process");
            assertNotNull(asking.apply(dylib));
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoAsksForCodeHasItsInitializersRun(Way way) throws Exception {
        JitFixture.with(dylib, "life");
        assertEquals(List.of(), events);
        way.askFor(dylib);
        way.askFor(dylib);
        assertEquals(1, events.getFirst());
        assertEquals(1, events.stream().filter(event -> event == 1).count(), "once");
        JitFixture.with(dylib, "life2");
        way.askFor(dylib);
        assertTrue(events.contains(11), "and those of what has been added since");
        events.clear();
        dylib.close();
        assertEquals(List.of(3, 14, 4), events);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RUN")
    void afterDeinitializeOnlyInitializeInitializes(Way way) throws Exception {
        JitFixture.with(dylib, "life").initialize();
        dylib.deinitialize();
        assertEquals(List.of(1, 3, 4), events);
        way.askFor(dylib);
        assertEquals(List.of(1, 3, 4), events);
        dylib.initialize();
        assertEquals(List.of(1, 3, 4, 1), events);
    }

    /** Lookups in the C library run no initializers and do not wait. */
    @Test
    void symbolsFromOutsideOpenNothing() throws Exception {
        JitFixture.with(dylib, "life");
        dylib.function("getpid", JitFixture.INT);
        dylib.address("malloc");
        dylib.address("event");
        assertEquals(Optional.empty(), dylib.find("nobody_defines_this"));
        dylib.link();
        assertEquals(List.of(), events);
    }

    @Test
    void dependenciesAreOpenedFirst() throws Exception {
        CallableDylib used = JitFixture.with(calling("used", events::add), "life2");
        JitFixture.with(dylib, "life").linkAgainst(used);
        dylib.function("use", FunctionDescriptor.ofVoid());
        assertEquals(List.of(11, 1), events);
    }

    /** As with {@code dlopen}: an object that cannot be linked keeps the dylib from opening. */
    @Test
    void whatCannotBeOpenedGivesNoCode() throws Exception {
        JitFixture.with(dylib, "life", "needs_answer");
        UnresolvedSymbolsException e =
                assertThrows(
                        UnresolvedSymbolsException.class,
                        () -> dylib.function("use", FunctionDescriptor.ofVoid()));
        assertTrue(e.requesters().containsKey("answer"), e::getMessage);
        assertEquals(List.of(), events);
        JitFixture.with(dylib, "twice");
        dylib.function("use", FunctionDescriptor.ofVoid());
        assertEquals(List.of(1), events);
    }

    /** An initializer can use its own dylib's code. */
    @Test
    void initializersAskForTheirOwnCode() throws Exception {
        CallableDylib[] self = new CallableDylib[1];
        IntConsumer event =
                number -> {
                    events.add(number);
                    events.add(JitFixture.call(self[0], "answer"));
                };
        self[0] = JitFixture.with(calling("self", event), "life", "twice");
        self[0].initialize();
        assertEquals(List.of(1, 1), events);
        events.clear();
        self[0].deinitialize();
        assertEquals(List.of(3, 1, 4, 1), events, "so do at-exits and finalizers");
    }

    @Test
    void aProgramThatCannotStartIsReturned() throws Exception {
        JitFixture.with(dylib, "life");
        assumeTrue(dylib instanceof InProcessDylib, "only this process becomes a program");
        InProcessDylib here = (InProcessDylib) dylib;
        LinkException reason = here.becomeProgram("main", List.of("program"));
        assertTrue(reason.getMessage().contains("main"), reason::getMessage);
        JitFixture.with(dylib, "needs_answer");
        reason = here.becomeProgram("use", List.of("program"));
        assertTrue(reason.getMessage().contains("answer"), reason::getMessage);
        assertEquals(List.of(), events);
    }
}
