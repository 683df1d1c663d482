package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests of steps between which other threads change the books. */
final class DylibRegistryTest {
    private static final ExecutorAddress CODE = new ExecutorAddress(0x10_000);

    private final DylibRegistry registry = new DylibRegistry();
    private final DylibState main = new DylibState("main", new ExecutorAddress(1));
    private final DylibState base = new DylibState("base", new ExecutorAddress(2));

    @BeforeEach
    void register() throws DylibException {
        registry.add(main, true);
        registry.add(base, true);
    }

    private void open(DylibState dylib) throws DylibException {
        registry.countOpen(dylib.handle());
        registry.beginInitializing(dylib);
    }

    private static LinkingController.Links links(DylibState dylib, DylibState... dependencies) {
        return new LinkingController.Links(
                dylib.handle(), List.of(dependencies).stream().map(DylibState::handle).toList());
    }

    @Test
    void whatWasOpenedAgainMeanwhileIsNotClosed() throws Exception {
        open(main);
        registry.countClosed(main, false);
        assertEquals(List.of(main), registry.unreferenced(main));
        registry.countOpen("main");
        assertFalse(registry.beginClosing(main));
        assertFalse(main.isClosing());
    }

    @Test
    void whatAnotherThreadHasClosedMeanwhileIsNotClosedAgain() throws Exception {
        open(main);
        registry.countClosed(main, false);
        assertTrue(registry.beginClosing(main));
        registry.endClosing(main);
        assertFalse(registry.beginClosing(main));
    }

    @Test
    void whatIsClosedIsAsItWasBeforeItWasOpened() throws Exception {
        main.initializers().add(FunctionSection.initializers(AddressRange.of(CODE, 8)));
        open(main);
        main.initializers().processAll();
        registry.countClosed(main, false);
        assertTrue(registry.beginClosing(main));
        assertThrows(DylibException.class, () -> registry.requireNotClosing(main));
        assertEquals(List.of(), registry.initialized(), "it is left to the thread that closes it");
        registry.endClosing(main);
        assertDoesNotThrow(() -> registry.requireNotClosing(main));
        assertFalse(registry.isInitialized(main.handle()));
        assertEquals(1, registry.status(main.handle()).newSections());
        registry.beginInitializing(main);
        assertEquals(List.of(main), registry.initialized());
    }

    @Test
    void theOrderOfInitializationStaysWhatItWas() {
        registry.beginInitializing(base);
        registry.beginInitializing(main);
        registry.beginInitializing(base);
        assertEquals(List.of(main, base), registry.initialized());
    }

    @Test
    void whatCannotBeClosedForGoodStays() throws Exception {
        open(main);
        assertTrue(registry.leave(main, false));
        assertThrows(DylibException.class, () -> registry.countOpen(main.handle()));
        assertThrows(DylibException.class, () -> registry.removeClosed(main));
        assertEquals(main, registry.countOpen(main.handle()));
        assertEquals(1, main.openCount(), "what was open before is not");
    }

    @Test
    void nobodyDependsOnWhatLeaves() throws Exception {
        registry.link(main, List.of(links(main, base)));
        open(main);
        registry.beginInitializing(base);
        assertTrue(registry.leave(base, false));
        assertEquals(List.of(base), registry.unreferenced(base));
        registry.link(main, List.of(links(main, base)));
        assertEquals(List.of(), main.dependencies(), "no new link leads to it");
        assertThrows(DylibException.class, () -> registry.leave(main, true));
        assertTrue(main.isOpen());
    }

    @Test
    void theLastReferenceIsNotClosedFromInside() throws Exception {
        open(main);
        registry.countOpen("main");
        registry.countClosed(main, true);
        assertThrows(DylibException.class, () -> registry.countClosed(main, true));
        assertThrows(DylibException.class, () -> registry.countClosedIfOpen(main, true));
        assertEquals(1, main.openCount());
        assertTrue(registry.countClosedIfOpen(main, false));
        assertFalse(registry.countClosedIfOpen(main, false));
        assertEquals(0, main.openCount());
    }

    @Test
    void anOpeningThatFailsTakesBackWhatItHasCounted() throws Exception {
        registry.countOpen("main");
        registry.countFailed(main);
        assertEquals(0, main.openCount());
        registry.countFailed(main);
        assertEquals(0, main.openCount(), "closed by another thread meanwhile");
    }

    @Test
    void anUpdateLeavesOneOpening() throws Exception {
        registry.countOpen("main");
        registry.countAsUpdate(main);
        assertEquals(1, main.openCount());
        registry.countOpen("main");
        registry.countAsUpdate(main);
        assertEquals(1, main.openCount());
    }

    @Test
    void anAllocationBelongsToADylibUntilEitherGoes() throws Exception {
        ExecutorAddress other = CODE.plus(0x1000);
        registry.own(main.handle(), CODE);
        registry.own(base.handle(), other);
        assertEquals(Optional.of(main.handle()), registry.owner(CODE));
        registry.remove(main.handle());
        assertEquals(Optional.empty(), registry.owner(CODE));
        assertEquals(Optional.of(base.handle()), registry.owner(other));
        registry.forgetAllocation(other);
        assertEquals(Optional.empty(), registry.owner(other));
        assertEquals(0, registry.ownedCount());
        assertThrows(DylibException.class, () -> registry.own(main.handle(), CODE));
        assertEquals(0, registry.ownedCount());
    }

    @Test
    void whatIsForgottenIsNotClosedWithWhatItDependedOn() throws Exception {
        registry.link(main, List.of(links(main, base)));
        open(main);
        open(base);
        registry.remove(main.handle());
        assertTrue(main.isLeaving());
        registry.countClosed(base, false);
        assertEquals(List.of(base), registry.unreferenced(base));
    }

    @Test
    void dylibsAreFoundByHandleAndNameUntilTheyAreForgotten() throws Exception {
        assertEquals(List.of(main, base), registry.all());
        assertEquals(main, registry.named("main"));
        registry.own(main.handle(), CODE);
        registry.remove(main.handle());
        assertEquals(List.of(base), registry.all());
        assertThrows(DylibException.class, () -> registry.named("main"));
        assertEquals(Optional.empty(), registry.owner(CODE));
    }
}
