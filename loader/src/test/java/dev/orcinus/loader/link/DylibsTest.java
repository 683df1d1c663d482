package dev.orcinus.loader.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.loader.TargetException;
import dev.orcinus.loader.UnresolvedSymbolsException;
import dev.orcinus.loader.format.elf.ElfFormat;
import dev.orcinus.loader.lifetime.Ending;
import dev.orcinus.platform.ExecutorAddress;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dylibs that see each other, and objects that are added and removed. */
final class DylibsTest {
    private static final ExecutorAddress START = new ExecutorAddress(0x1_0000_0000L);

    private final ImageTarget target = new ImageTarget(START);
    private LinkSession session;

    @BeforeEach
    void open() {
        session = new LinkSession(target, new ElfFormat(), LinkOptions.DEFAULT);
    }

    private Dylib dylib(String name, String... objects) {
        Dylib dylib = session.createDylib(name);
        for (String object : objects) {
            SuiteObjects.add(session, dylib, object);
        }
        return dylib;
    }

    private ExecutorAddress lookup(Dylib dylib, String name) {
        return session.lookup(dylib, List.of(name)).get(name);
    }

    private long pointerAt(ExecutorAddress address) {
        return target.memory(address).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    }

    @Test
    void hiddenSymbolsAreNotSeenFromOutside() {
        Dylib user = dylib("user", "hidden-within-a-dylib/a.o");
        Dylib library = dylib("library", "hidden-within-a-dylib/b.o");
        session.link(user, library);
        UnresolvedSymbolsException e =
                assertThrows(UnresolvedSymbolsException.class, () -> lookup(user, "from_a"));
        assertEquals(
                List.of("hidden", "internal"), e.requesters().keySet().stream().sorted().toList());
        assertEquals(lookup(library, "protected"), lookup(user, "protected"));
    }

    @Test
    void theOwnDefinitionComesFirstThenTheLinkOrder() {
        Dylib first = dylib("first", "duplicate-definition/a.o");
        Dylib second = dylib("second", "duplicate-definition/b.o");
        Dylib user = dylib("user");
        session.link(user, second);
        session.link(user, first);
        assertEquals(lookup(second, "twice"), lookup(user, "twice"));
        assertNotEquals(lookup(first, "twice"), lookup(user, "twice"));
        session.link(second, first);
        assertEquals(lookup(second, "twice"), lookup(user, "twice"), "own first");
    }

    /**
     * Unlike with {@code dlopen}, a dylib sees the dylibs that it is linked against, but not those
     * that these are linked against.
     */
    @Test
    void theLinkOrderIsNotTransitive() {
        Dylib last = dylib("last", "duplicate-definition/a.o");
        Dylib middle = dylib("middle");
        Dylib user = dylib("user");
        session.link(user, middle);
        session.link(middle, last);
        assertThrows(UnresolvedSymbolsException.class, () -> lookup(user, "twice"));
    }

    /** Its initializers would run while its code goes. */
    @Test
    void anObjectThatIsBeingRemovedIsNotRecorded() {
        Dylib dylib = dylib("d", "duplicate-definition/a.o");
        lookup(dylib, "twice");
        Unit unit = dylib.units().getFirst();
        Ending.begin(List.of(unit.lifetime()), List.of(), () -> false);
        assertEquals(List.of(), dylib.takeUnrecorded());
        unit.lifetime().cancelEnd();
        assertEquals(List.of(unit), dylib.takeUnrecorded());
        assertEquals(List.of(), dylib.takeUnrecorded());
    }

    @Test
    void dylibsThatNeedEachOther() {
        Dylib a = dylib("a", "weak-reference-finds-a-definition/a.o");
        Dylib b = dylib("b", "weak-reference-finds-a-definition/b.o");
        session.link(a, b);
        session.link(b, a);
        session.initialize(a);
        assertEquals(lookup(b, "somebody").value(), pointerAt(lookup(a, "pointer")));
    }

    @Test
    void aDefinitionIsGoneWithItsObjectAndCanComeAgain() {
        Dylib dylib = dylib("test");
        Unit unit = SuiteObjects.add(session, dylib, "zero-fill/a.o");
        ExecutorAddress before = lookup(dylib, "content");
        target.memory(lookup(dylib, "zeros")).fill((byte) 1);
        session.removeAll(List.of(unit));
        session.removeAll(List.of(unit));
        assertThrows(UnresolvedSymbolsException.class, () -> lookup(dylib, "content"));
        assertEquals(0, target.allocationCount());
        SuiteObjects.add(session, dylib, "zero-fill/a.o");
        assertEquals(before, lookup(dylib, "content"), "the same room");
        assertEquals(0, pointerAt(lookup(dylib, "zeros")));
    }

    /** The group stays with the first object, even if the second is removed. */
    @Test
    void aGroupThatLostDoesNotGiveItsNameFree() {
        Dylib dylib = dylib("test", "comdat-first-wins/a.o");
        Unit second = SuiteObjects.add(session, dylib, "comdat-first-wins/b.o");
        session.removeAll(List.of(second));
        SuiteObjects.add(session, dylib, "comdat-first-wins/b.o");
        session.initialize(dylib);
        assertEquals(1, target.calls().size(), "initializers of the one group");
    }

    @Test
    void anInitializerThatFailsTheFirstTime() {
        Dylib base = dylib("base", "initializer-by-type/a.o");
        Dylib user = dylib("user", "initializer-order/a.o", "initializer-order/b.o");
        session.link(user, base);
        target.failCallAfter(6 + 3);
        TargetException e = assertThrows(TargetException.class, () -> session.initialize(user));
        assertTrue(e.getMessage().startsWith("call 0x"), e::getMessage);
        assertEquals(6 + 3 + 2, target.calls().size(), "base is finalized again");
        target.calls().clear();
        session.initialize(user);
        assertEquals(6 + 11, target.calls().size(), "everything again");
    }

    @Test
    void anInitializerThatFailsLater() {
        Dylib dylib = dylib("test", "initializer-order/b.o");
        session.initialize(dylib);
        SuiteObjects.add(session, dylib, "initializer-order/a.o");
        target.calls().clear();
        target.failCallAfter(2);
        assertThrows(TargetException.class, () -> session.initialize(dylib));
        assertEquals(2, target.calls().size(), "nothing is finalized");
        session.initialize(dylib);
        assertEquals(2 + 5, target.calls().size(), "the section that failed, and what follows");
        target.calls().clear();
        session.deinitialize(dylib);
        assertEquals(6, target.calls().size());
        session.close(dylib);
        assertEquals(6, target.calls().size(), "once");
    }

    @Test
    void finalizersThatFailDoNotKeepTheOthers() {
        Dylib dylib = dylib("test", "initializer-order/a.o", "initializer-order/b.o");
        session.initialize(dylib);
        target.calls().clear();
        target.failCallAfter(0);
        assertThrows(TargetException.class, () -> session.close(dylib));
        assertEquals(5, target.calls().size());
        assertEquals(0, target.allocationCount());
    }

    @Test
    void onlyNewInitializersRunTheSecondTime() {
        Dylib dylib = dylib("test", "comdat-group-of-one-object-only/a.o");
        session.initialize(dylib);
        session.initialize(dylib);
        assertEquals(1, target.calls().size());
        Unit second = SuiteObjects.add(session, dylib, "comdat-group-of-one-object-only/b.o");
        session.initialize(dylib);
        assertEquals(2, target.calls().size());
        session.removeAll(List.of(second));
        session.close(dylib);
        assertEquals(2, target.calls().size(), "there are no finalizers");
        assertEquals(0, target.allocationCount());
    }
}
