package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.orcinus.loader.DuplicateDefinitionException;
import dev.orcinus.loader.LinkException;
import dev.orcinus.loader.RelocationRangeException;
import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.graph.Section;
import dev.orcinus.platform.ExecutorAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * A link that fails leaves nothing behind. When the reason has been removed, the next link
 * succeeds.
 */
final class FailedLinkTest {
    private static final ExecutorAddress START = new ExecutorAddress(0x1_0000_0000L);
    private static final ExecutorAddress NEAR = START.plus(0x1000);
    private static final ExecutorAddress FAR = new ExecutorAddress(0x7fff_0000_0000L);

    private final ImageTarget target = new ImageTarget(START);
    private LinkSession session;
    private Dylib dylib;

    @BeforeEach
    void open() {
        session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
        dylib = session.createDylib("test");
    }

    private Unit add(String object) {
        return SuiteObjects.add(session, dylib, object);
    }

    private ExecutorAddress lookup(String name) {
        return session.lookup(dylib, List.of(name)).get(name);
    }

    @Test
    void missingSymbolsMayBeDefinedLater() {
        add("missing-symbols/a.o");
        add("missing-symbols/b.o");
        UnresolvedSymbolsException e =
                assertThrows(UnresolvedSymbolsException.class, () -> session.linkAll(dylib));
        assertEquals(
                Map.of(
                        "first", List.of("missing-symbols/a.o"),
                        "second", List.of("missing-symbols/a.o", "missing-symbols/b.o"),
                        "third", List.of("missing-symbols/b.o")),
                e.requesters());
        for (String name : List.of("first", "second", "third")) {
            session.define(dylib, name, NEAR);
        }
        session.initialize(dylib);
        assertNotNull(target.memory(lookup("keep_b")));
    }

    /** Each way of linking asks for a supplement, and the exception is thrown nevertheless. */
    @Test
    void aSupplementThatFailsIsSuppressed() {
        add("missing-symbols/a.o");
        session.supplement(
                dylib,
                _ -> {
                    throw new IllegalStateException("broken");
                });
        Dylib above = session.createDylib("above");
        session.link(above, dylib);
        List<Executable> ways =
                List.of(
                        () -> session.linkAll(dylib),
                        () -> session.initialize(dylib),
                        () -> session.initialize(above),
                        () -> lookup("keep_a"),
                        () -> session.find(dylib, "keep_a"),
                        () -> session.findIfDefined(dylib, "keep_a"));
        for (Executable way : ways) {
            UnresolvedSymbolsException e = assertThrows(UnresolvedSymbolsException.class, way);
            assertEquals(Set.of("first", "second"), e.requesters().keySet());
            assertEquals(
                    List.of("broken"),
                    Arrays.stream(e.getSuppressed()).map(Throwable::getMessage).toList());
        }
    }

    @Test
    void aSupplementIsAskedOnceWithoutTheLock() {
        add("missing-symbols/a.o");
        List<Set<String>> asked = new ArrayList<>();
        session.supplement(
                dylib,
                missing -> {
                    asked.add(missing);
                    Thread other = Thread.ofPlatform().start(() -> define(missing));
                    return join(other);
                });
        session.initialize(dylib);
        assertEquals(List.of(Set.of("first", "second")), asked);
        assertEquals(Optional.empty(), session.findIfDefined(dylib, "absent"));
        assertThrows(UnresolvedSymbolsException.class, () -> lookup("absent"));
        assertEquals(1, asked.size(), "what only the caller asks for is the caller's");
    }

    private void define(Set<String> names) {
        names.forEach(name -> session.define(dylib, name, NEAR));
    }

    /** Returns whether a thread ends. */
    private static boolean join(Thread thread) {
        try {
            return thread.join(Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The begin of the phase is the first look, and the first object's is the second one. */
    @Test
    void noObjectIsSearchedForALinkThatNobodyWaitsFor() {
        add("missing-symbols/a.o");
        add("missing-symbols/b.o");
        target.goAfterLooks(2);
        assertThrows(TargetException.class, () -> session.linkAll(dylib));
    }

    @Test
    void anObjectThatDoesNotFitCanBeReplaced() {
        Unit wrong = add("range-pc32-highest/a.o");
        add("hidden-within-a-dylib/b.o");
        session.define(dylib, "target", FAR);
        assertThrows(RelocationRangeException.class, () -> session.initialize(dylib));
        assertThrows(RelocationRangeException.class, () -> session.initialize(dylib), "again");
        assertEquals(0, target.allocationCount());
        assertNotNull(lookup("hidden"), "the others can be used");
        session.removeAll(List.of(wrong));
        session.initialize(dylib);
        assertEquals(1, target.allocationCount());
    }

    /** The second attempt does not keep anything from the first, such as a stub. */
    @Test
    void whatWasNearMayBeFarTheNextTime() {
        Unit calls = add("calls-near-and-far/a.o");
        add("calls-near-and-far/b.o");
        session.define(dylib, "far", NEAR);
        assertThrows(UnresolvedSymbolsException.class, () -> session.linkAll(dylib));
        session.define(dylib, "just_near", NEAR);
        Unit wrong = add("range-pc32-highest/a.o");
        session.define(dylib, "target", FAR);
        assertThrows(RelocationRangeException.class, () -> session.linkAll(dylib));
        int symbols = calls.graph().symbols().size();
        assertThrows(RelocationRangeException.class, () -> session.linkAll(dylib));
        assertEquals(symbols, calls.graph().symbols().size(), "nothing piles up");
        session.removeAll(List.of(wrong));
        session.linkAll(dylib);
        ExecutorAddress call = lookup("start");
        int distance = target.memory(call).get(java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED, 1);
        assertEquals(NEAR, call.plus(5 + distance));
    }

    @Test
    void noLowMemory() {
        target.takeLowMemoryAway();
        add("low-addresses/a.o");
        add("low-addresses/b.o");
        assertThrows(TargetException.class, () -> lookup("start"));
        assertThrows(TargetException.class, () -> lookup("start"), "again");
        assertThrows(TargetException.class, () -> session.initialize(dylib));
        assertEquals(0, target.allocationCount());
        assertNotNull(target.memory(lookup("elsewhere")), "what can be linked by itself is");
    }

    /** If any step fails, nothing is left, and the same link then succeeds at the same place. */
    @Test
    void eachStepOfTheTarget() {
        add("ifunc/a.o");
        add("ifunc/b.o");
        add("zero-fill/a.o");
        add("mergeable-strings/a.o");
        int steps = 0;
        for (target.failAfter(steps); fails(); target.failAfter(steps)) {
            assertEquals(0, target.allocationCount(), "after step " + steps);
            steps++;
        }
        assertEquals(4 * 3 + 3, steps, "begin, finish, await of 4; the resolver waits for 3");
        assertEquals(START, dylib.units().getFirst().rooms().get(Section.Use.CODE).start());
        assertEquals(4, target.allocationCount());
    }

    private boolean fails() {
        try {
            session.linkAll(dylib);
            return false;
        } catch (LinkException e) {
            assertEquals(TargetException.class, e.getClass());
            return true;
        }
    }

    /** What cannot be given up keeps nothing else from being given up. */
    @Test
    void anAllocationThatCannotBeGivenUp() {
        add("ifunc/a.o");
        add("ifunc/b.o");
        add("zero-fill/a.o");
        add("mergeable-strings/a.o");
        target.failAfter(4);
        target.failNextAbandon();
        TargetException failure = assertThrows(TargetException.class, () -> session.linkAll(dylib));
        assertEquals("finish fails", failure.getMessage());
        assertEquals("abandon fails", failure.getSuppressed()[0].getMessage());
        assertEquals(0, target.allocationCount());
        session.linkAll(dylib);
        assertEquals(4, target.allocationCount());
    }

    @Test
    void aGeneratorThatThrows() {
        boolean[] broken = {true};
        session.addSource(
                dylib,
                names -> {
                    if (broken[0]) {
                        throw new IllegalArgumentException("broken");
                    }
                    return names.stream().map(_ -> NEAR).toList();
                });
        add("missing-symbols/a.o");
        assertThrows(IllegalArgumentException.class, () -> lookup("keep_a"));
        broken[0] = false;
        assertNotNull(target.memory(lookup("keep_a")));
    }

    @Test
    void aDuplicateAddsNothing() {
        add("duplicate-definition/a.o");
        DuplicateDefinitionException e =
                assertThrows(
                        DuplicateDefinitionException.class, () -> add("duplicate-definition/b.o"));
        assertEquals("twice", e.symbol());
        session.initialize(dylib);
        assertEquals(1, target.allocationCount());
    }

    @Test
    void aCommonSymbolThatIsTooLargeForWhatIsInPlace() {
        add("common-largest-wins/a.o");
        session.linkAll(dylib);
        assertThrows(DuplicateDefinitionException.class, () -> add("common-largest-wins/b.o"));
    }

    @Test
    void aStrongDefinitionAfterTheWeakOneIsInUse() {
        add("weak-gives-way-to-strong/a.o");
        session.linkAll(dylib);
        assertThrows(DuplicateDefinitionException.class, () -> add("weak-gives-way-to-strong/b.o"));
    }
}
