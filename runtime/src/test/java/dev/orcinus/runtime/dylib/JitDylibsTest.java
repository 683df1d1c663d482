package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class JitDylibsTest {
    private final FakeGuest guest = new FakeGuest();
    private final JitDylibs dylibs = guest.dylibs();

    private ExecutorAddress register(String name) throws DylibException {
        return guest.register(name);
    }

    private void initializers(ExecutorAddress dylib, String... names) throws Exception {
        dylibs.record(dylib, FunctionSection.initializers(guest.array(names)));
    }

    private void finalizers(ExecutorAddress dylib, String... names) throws Exception {
        dylibs.record(dylib, FunctionSection.finalizers(guest.array(names)));
    }

    private void atExit(ExecutorAddress dylib, String name) {
        assertTrue(dylibs.atExit(guest.function(name), ExecutorAddress.NULL, dylib));
    }

    /** The usual life of a dylib. */
    @Test
    void openAddUpdateCloseAndOpenAgain() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a", "b");
        assertEquals(main, dylibs.open("main"));
        assertEquals("a b", guest.ran());
        initializers(main, "c");
        dylibs.update(main);
        assertEquals("c", guest.ran());
        dylibs.update(main);
        assertEquals("", guest.ran());
        dylibs.close(main);
        dylibs.open("main");
        assertEquals("a b c", guest.ran());
    }

    /** The memory of such a line may be gone, or without content. */
    @Test
    void codeThatCannotBeLinkedLeavesNoInitializers() throws Exception {
        ExecutorAddress main = register("main");
        dylibs.open("main");
        guest.whenAsked(() -> initializers(main, "bad"));
        guest.failPushes("no such symbol");
        assertThrows(DylibException.class, () -> dylibs.update(main));
        guest.whenAsked(() -> {});
        guest.failPushes(null);
        initializers(main, "good");
        dylibs.update(main);
        assertEquals("good", guest.ran());
    }

    @Test
    void recordedDataHaveTheirFirstValuesAgainAfterTheLastClose() throws Exception {
        ExecutorAddress main = register("main");
        AddressRange numbers = guest.data(1, 2);
        AddressRange zeros = guest.data(0, 0);
        AddressRange others = guest.data(5);
        dylibs.keepValues(main, numbers);
        dylibs.keepZeros(main, zeros);
        guest.when("exit", () -> guest.store(numbers, 8, 8));
        dylibs.open("main");
        dylibs.open("main");
        atExit(main, "exit");
        guest.store(numbers, 3, 4);
        guest.store(zeros, 6, 7);
        guest.store(others, 9);
        dylibs.close(main);
        assertEquals(List.of(3, 4), guest.values(numbers), "it is still open");
        dylibs.close(main);
        assertEquals(List.of(1, 2), guest.values(numbers), "after the at-exit function");
        assertEquals(List.of(0, 0), guest.values(zeros));
        assertEquals(List.of(9), guest.values(others), "they are not recorded");
    }

    @Test
    void dataThatAreTakenBackKeepTheirValues() throws Exception {
        ExecutorAddress main = register("main");
        AddressRange gone = guest.data(1);
        AddressRange stays = guest.data(2);
        dylibs.keepValues(main, gone);
        dylibs.keepValues(main, stays);
        dylibs.removeData(main, gone);
        dylibs.removeData(main, new AddressRange(stays.start(), stays.start().plus(4)));
        dylibs.open("main");
        guest.store(gone, 7);
        guest.store(stays, 7);
        dylibs.close(main);
        assertEquals(List.of(7), guest.values(gone));
        assertEquals(List.of(2), guest.values(stays), "the range is not exactly the recorded one");
    }

    @Test
    void dataThatCannotBeReadOrAreRecordedTwiceAreRefused() throws Exception {
        ExecutorAddress main = register("main");
        AddressRange data = guest.data(1);
        dylibs.keepValues(main, data);
        assertEquals(
                "the data " + data + " are recorded already",
                assertThrows(DylibException.class, () -> dylibs.keepZeros(main, data))
                        .getMessage());
        AddressRange nowhere = AddressRange.of(new ExecutorAddress(0x10), 1);
        assertEquals(
                "the data " + nowhere + " cannot be read",
                assertThrows(DylibException.class, () -> dylibs.keepValues(main, nowhere))
                        .getMessage());
    }

    @Test
    void openingAgainRunsWhatIsNewAndCounts() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        dylibs.open("main");
        initializers(main, "b");
        dylibs.open("main");
        assertEquals("a b", guest.ran());
        atExit(main, "exit");
        dylibs.close(main);
        assertEquals("", guest.ran());
        assertEquals(1, dylibs.status(main).openCount());
        dylibs.close(main);
        assertEquals("exit", guest.ran());
        assertEquals("'main' (" + main + ") is not open", failure(() -> dylibs.close(main)));
    }

    @Test
    void atExitsRunNewestFirstThenFinalizersInReverse() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "i1");
        initializers(main, "i2");
        finalizers(main, "f1", "f2");
        finalizers(main, "f3", "f4");
        guest.when("i2", () -> atExit(main, "e1"));
        guest.when("e2", () -> atExit(main, "e3"));
        dylibs.open("main");
        atExit(main, "e2");
        guest.ran();
        dylibs.close(main);
        assertEquals("e2 e3 e1 f4 f3 f2 f1", guest.ran());
    }

    @Test
    void finalizersOfCodeThatWasNeverInitializedDoNotRun() throws Exception {
        ExecutorAddress main = register("main");
        finalizers(main, "f1");
        dylibs.open("main");
        finalizers(main, "f2");
        dylibs.close(main);
        assertEquals("f1", guest.ran());
        dylibs.open("main");
        dylibs.close(main);
        assertEquals("f2 f1", guest.ran());
    }

    @Test
    void dependenciesAreInitializedFirstAndClosedLast() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress left = register("left");
        ExecutorAddress right = register("right");
        ExecutorAddress base = register("base");
        for (ExecutorAddress dylib : List.of(main, left, right, base)) {
            initializers(dylib, "+" + guest.name(dylib));
            finalizers(dylib, "-" + guest.name(dylib));
        }
        guest.link(main, left, right);
        guest.link(left, base);
        guest.link(right, base);
        dylibs.open("main");
        assertEquals("+base +left +right +main", guest.ran());
        assertEquals(2, dylibs.status(base).linkedAgainstCount());
        assertEquals(0, dylibs.status(base).openCount());
        dylibs.close(main);
        assertEquals("-main -right -left -base", guest.ran());
        assertEquals(0, dylibs.status(base).linkedAgainstCount());
    }

    @Test
    void aDependencyStaysAsLongAsSomebodyNeedsIt() throws Exception {
        ExecutorAddress one = register("one");
        ExecutorAddress two = register("two");
        ExecutorAddress base = register("base");
        initializers(base, "+base");
        finalizers(base, "-base");
        guest.link(one, base);
        guest.link(two, base);
        dylibs.open("one");
        dylibs.open("two");
        dylibs.open("base");
        dylibs.close(one);
        dylibs.close(base);
        assertEquals("+base", guest.ran());
        dylibs.close(two);
        assertEquals("-base", guest.ran());
    }

    @Test
    void aCircleOfDependenciesIsOpenedOnceAndClosed() throws Exception {
        ExecutorAddress one = register("one");
        ExecutorAddress two = register("two");
        initializers(one, "+one");
        initializers(two, "+two");
        finalizers(one, "-one");
        finalizers(two, "-two");
        guest.link(one, two);
        guest.link(two, one);
        dylibs.open("one");
        dylibs.close(one);
        assertEquals("+two +one -one -two", guest.ran());
    }

    @Test
    void aDependencyThatAnUpdateDropsIsClosedWithTheNextClosing() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress old = register("old");
        finalizers(old, "-old");
        guest.link(main, old);
        dylibs.open("main");
        guest.link(main);
        dylibs.update(main);
        assertEquals("", guest.ran());
        dylibs.close(main);
        assertEquals("-old", guest.ran());
    }

    @Test
    void anUpdateInitializesDependenciesFirst() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress added = register("added");
        dylibs.open("main");
        initializers(main, "+main");
        initializers(added, "+added");
        guest.link(main, added);
        dylibs.update(main);
        assertEquals("+added +main", guest.ran());
    }

    @Test
    void onlyWhatIsOpenCanBeUpdated() throws Exception {
        ExecutorAddress main = register("main");
        assertEquals("'main' (" + main + ") is not open", failure(() -> dylibs.update(main)));
        assertEquals(
                "no dylib has the handle 0x77",
                failure(() -> dylibs.update(new ExecutorAddress(0x77))));
        assertEquals("no dylib is registered as 'nobody'", failure(() -> dylibs.open("nobody")));
    }

    @Test
    void aSectionThatCannotBeRunMakesOpeningFailAndWhatRanIsClosed() throws Exception {
        ExecutorAddress base = register("base");
        ExecutorAddress main = register("main");
        initializers(base, "+base");
        finalizers(base, "-base");
        guest.link(main, base);
        initializers(main, "a");
        guest.when("a", () -> atExit(main, "exit"));
        AddressRange bad = guest.pointers(new ExecutorAddress(0x123));
        dylibs.record(main, FunctionSection.initializers(bad));
        initializers(main, "c");
        String failure = failure(() -> dylibs.open("main"));
        assertTrue(failure.contains("'main'") && failure.contains("0x123"), failure);
        assertEquals("+base a exit -base", guest.ran());
        assertEquals(0, dylibs.status(main).openCount());
        assertEquals(3, dylibs.status(main).newSections());
    }

    @Test
    void aSectionThatCannotBeRunStaysNewInAnOpenDylib() throws Exception {
        ExecutorAddress main = register("main");
        dylibs.open("main");
        initializers(main, "a");
        AddressRange bad = guest.pointers(new ExecutorAddress(0x123));
        dylibs.record(main, FunctionSection.initializers(bad));
        initializers(main, "c");
        failure(() -> dylibs.update(main));
        assertEquals("a", guest.ran());
        assertEquals(2, dylibs.status(main).newSections());
        dylibs.remove(main, FunctionSection.When.INITIALIZE, bad);
        dylibs.update(main);
        assertEquals("c", guest.ran());
    }

    /** A finalizer that cannot be run is reported, and all others run. */
    @Test
    void whatFailsOnClosingIsToldWhenAllIsClosed() throws Exception {
        ExecutorAddress base = register("base");
        ExecutorAddress main = register("main");
        finalizers(base, "-base");
        finalizers(main, "-main");
        AddressRange bad = guest.pointers(new ExecutorAddress(0x123));
        dylibs.record(main, FunctionSection.finalizers(bad));
        guest.link(main, base);
        dylibs.open("main");
        String failure = failure(() -> dylibs.close(main));
        assertTrue(failure.startsWith("closing 'main'") && failure.contains("0x123"), failure);
        assertEquals("-main -base", guest.ran());
        dylibs.open("main");
        assertEquals(failure, failure(() -> dylibs.end(main)));
        assertEquals("-main -base", guest.ran());
        assertFalse(dylibs.isRegistered(main));
    }

    @Test
    void whatFailsOnClosingAfterAFailureIsSuppressed() throws Exception {
        ExecutorAddress main = register("main");
        AddressRange bad = guest.pointers(new ExecutorAddress(0x123));
        AddressRange worse = guest.pointers(new ExecutorAddress(0x456));
        ExecutorAddress base = register("base");
        guest.link(main, base);
        dylibs.record(base, FunctionSection.finalizers(worse));
        dylibs.record(main, FunctionSection.initializers(bad));
        DylibException failure = assertThrows(DylibException.class, () -> dylibs.open("main"));
        assertTrue(failure.getMessage().contains("0x123"), failure.getMessage());
        assertTrue(failure.getSuppressed()[0].getMessage().contains("0x456"));
    }

    @Test
    void anUnreadableSectionIsAnError() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress nowhere = new ExecutorAddress(0x5000);
        dylibs.record(main, FunctionSection.initializers(AddressRange.of(nowhere, 8)));
        assertTrue(failure(() -> dylibs.open("main")).contains("cannot be read at 0x5000"));
    }

    @Test
    void pointersThatStandForNoFunctionArePassedOver() throws Exception {
        ExecutorAddress main = register("main");
        AddressRange range =
                guest.pointers(new ExecutorAddress(-1), guest.function("a"), ExecutorAddress.NULL);
        dylibs.record(main, FunctionSection.initializers(range));
        dylibs.open("main");
        assertEquals("a", guest.ran());
    }

    @Test
    void aControllerThatCannotLinkMakesOpeningFail() throws Exception {
        register("main");
        guest.failPushes("Symbols not found: [ nothing ]");
        assertEquals("Symbols not found: [ nothing ]", failure(() -> dylibs.open("main")));
    }

    @Test
    void anInitializerMayOpenOthersAndItself() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress other = register("other");
        initializers(other, "+other");
        initializers(main, "a", "b");
        guest.when(
                "a",
                () -> {
                    assertEquals(other, dylibs.open("other"));
                    assertEquals(main, dylibs.open("main"));
                    dylibs.update(main);
                });
        dylibs.open("main");
        assertEquals("a +other b", guest.ran());
        assertEquals(2, dylibs.status(main).openCount());
    }

    @Test
    void whatAnInitializerHasLinkedIsRunByTheSameCall() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        initializers(main, "b");
        guest.when("a", () -> initializers(main, "late"));
        dylibs.open("main");
        assertEquals("a b late", guest.ran());
    }

    @Test
    void anInitializerCannotCloseWhatItInitializes() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        List<String> failures = new ArrayList<>();
        guest.when("a", () -> failures.add(failure(() -> dylibs.close(main))));
        dylibs.open("main");
        assertEquals(
                List.of("'main' (" + main + ") cannot be closed by its own initializer"), failures);
        dylibs.close(main);
    }

    @Test
    void anAtExitFunctionCannotOpenWhatIsBeingClosed() throws Exception {
        ExecutorAddress main = register("main");
        List<String> failures = new ArrayList<>();
        guest.when("exit", () -> failures.add(failure(() -> dylibs.open("main"))));
        dylibs.open("main");
        atExit(main, "exit");
        dylibs.close(main);
        assertEquals(List.of("'main' (" + main + ") is being closed"), failures);
        assertEquals(0, dylibs.status(main).openCount());
    }

    @Test
    void manyThreadsThatOpenWaitForTheOneThatInitializes() throws Exception {
        ExecutorAddress base = register("base");
        ExecutorAddress main = register("main");
        guest.link(main, base);
        AtomicInteger initialized = new AtomicInteger();
        initializers(base, "slow");
        guest.when(
                "slow",
                () -> {
                    Thread.sleep(100);
                    initialized.incrementAndGet();
                });
        List<String> failures = Collections.synchronizedList(new ArrayList<>());
        inThreads(
                8,
                () -> {
                    dylibs.open("main");
                    if (initialized.get() != 1) {
                        failures.add("seen before it was initialized");
                    }
                });
        assertEquals(List.of(), failures);
        assertEquals("slow", guest.ran());
        assertEquals(8, dylibs.status(main).openCount());
        inThreads(8, () -> dylibs.close(main));
        assertEquals(0, dylibs.status(main).openCount());
    }

    @Test
    void opensAndClosesByManyThreadsKeepEachInitializerWithItsFinalizer() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "+");
        finalizers(main, "-");
        inThreads(
                8,
                () -> {
                    for (int i = 0; i < 500; i++) {
                        dylibs.open("main");
                        dylibs.close(main);
                    }
                });
        String ran = guest.ran().replace(" ", "");
        assertTrue(ran.matches("(\\+-)+"), ran.substring(0, Math.min(40, ran.length())));
    }

    /**
     * Each thread initializes a dylib whose initializer opens the other one, and both are inside
     * before either opens: without the search for circles they would wait for each other for ever.
     */
    @Test
    void threadsThatMeetInACircleOfDependenciesDoNotWaitForEachOther() throws Exception {
        ExecutorAddress one = register("one");
        ExecutorAddress two = register("two");
        initializers(one, "one");
        initializers(two, "two");
        CountDownLatch both = new CountDownLatch(2);
        guest.when("one", () -> meetAndOpen(both, "two"));
        guest.when("two", () -> meetAndOpen(both, "one"));
        AtomicInteger next = new AtomicInteger();
        inThreads(2, () -> dylibs.open(next.getAndIncrement() == 0 ? "one" : "two"));
        assertEquals(2, dylibs.status(one).openCount());
        assertEquals(2, dylibs.status(two).openCount());
        assertEquals(0, dylibs.status(one).newSections() + dylibs.status(two).newSections());
        assertEquals(7, guest.ran().length(), "each initializer has run once");
    }

    private void meetAndOpen(CountDownLatch both, String other) throws Exception {
        both.countDown();
        assertTrue(both.await(10, TimeUnit.SECONDS), "the other thread is inside, too");
        dylibs.open(other);
    }

    /** The same with dylibs that depend on each other, and threads that begin at either end. */
    @Test
    void threadsThatBeginAtDifferentEndsOfACircleOfLinksBothFinish() throws Exception {
        ExecutorAddress one = register("one");
        ExecutorAddress two = register("two");
        guest.link(one, two);
        guest.link(two, one);
        initializers(one, "one");
        initializers(two, "two");
        CountDownLatch both = new CountDownLatch(2);
        guest.when("one", () -> meetAndOpen(both, "two"));
        guest.when("two", () -> meetAndOpen(both, "one"));
        AtomicInteger next = new AtomicInteger();
        inThreads(2, () -> dylibs.open(next.getAndIncrement() == 0 ? "one" : "two"));
        assertEquals(0, dylibs.status(one).newSections() + dylibs.status(two).newSections());
        assertEquals(7, guest.ran().length(), "each initializer has run once");
    }

    /** All questions that do not wait for a turn can be asked while guest code runs. */
    @Test
    void nobodyWaitsForGuestCodeThatRunsButThoseWhoNeedItsDylib() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress code = guest.allocate();
        initializers(main, "a");
        guest.when("a", () -> inThreads(1, () -> useAllButTurns(main, code)));
        dylibs.open("main");
        finalizers(main, "-a");
        guest.when("-a", () -> inThreads(1, () -> useAllButTurns(main, code)));
        dylibs.update(main);
        dylibs.close(main);
        assertEquals("a other -other -a other -other", guest.ran());
    }

    @Test
    void nobodyWaitsForTheController() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress code = guest.allocate();
        guest.whenAsked(() -> inThreads(1, () -> useAllButTurns(main, code)));
        dylibs.open("main");
        guest.whenAsked(() -> inThreads(1, () -> dylibs.status(main)));
        dylibs.find(main, "symbol");
        assertEquals("other -other", guest.ran());
    }

    private void useAllButTurns(ExecutorAddress main, ExecutorAddress code) throws Exception {
        guest.whenAsked(() -> {});
        ExecutorAddress other = register("other");
        initializers(other, "other");
        finalizers(other, "-other");
        dylibs.own(main, code);
        assertEquals(main, dylibs.owner(code).orElseThrow());
        ExecutorAddress gone = guest.allocate();
        assertTrue(dylibs.atExit(gone, ExecutorAddress.NULL, main));
        guest.release(gone);
        assertEquals(0, dylibs.status(main).atExits());
        assertTrue(dylibs.isRegistered(main) && !dylibs.isAtWorkHere(main));
        dylibs.openOrUpdate(other);
        dylibs.runAtExits(main);
        dylibs.close(other);
        dylibs.deregister(other);
    }

    @Test
    void functionsOfAnAllocationThatGoesAreDropped() throws Exception {
        ExecutorAddress main = register("main");
        dylibs.open("main");
        ExecutorAddress first = guest.allocate();
        ExecutorAddress second = guest.allocate();
        dylibs.atExit(first, ExecutorAddress.NULL, main);
        dylibs.atExit(guest.function("stays"), second.plus(8), main);
        dylibs.atExit(guest.function("stays"), ExecutorAddress.NULL, main);
        assertEquals(3, dylibs.status(main).atExits());
        guest.release(first);
        assertEquals(2, dylibs.status(main).atExits());
        guest.release(second);
        assertEquals(1, dylibs.status(main).atExits());
        dylibs.close(main);
        assertEquals("stays", guest.ran());
    }

    @Test
    void anAllocationIsKnownByItsDylib() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress code = guest.allocate();
        dylibs.own(main, code);
        assertEquals(main, dylibs.owner(code.plus(100)).orElseThrow());
        assertTrue(dylibs.owner(guest.allocate()).isEmpty());
        ExecutorAddress gone = guest.allocate();
        dylibs.own(main, gone);
        assertEquals(2, dylibs.ownedCount());
        guest.release(gone);
        assertEquals(1, dylibs.ownedCount());
        dylibs.deregister(main);
        assertTrue(dylibs.owner(code).isEmpty());
    }

    @Test
    void finalizeRunsAtExitsNowAndOnce() throws Exception {
        ExecutorAddress main = register("main");
        dylibs.open("main");
        atExit(main, "a");
        dylibs.runAtExits(main);
        assertEquals("a", guest.ran());
        dylibs.close(main);
        assertEquals("", guest.ran());
    }

    @Test
    void aDeregisteredDylibIsForgottenByThoseThatDependOnIt() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress base = register("base");
        finalizers(base, "-base");
        guest.link(main, base);
        dylibs.open("main");
        dylibs.deregister(base);
        dylibs.close(main);
        assertEquals("", guest.ran());
        assertThrows(DylibException.class, () -> dylibs.deregister(base));
        assertEquals(base, register("base"));
    }

    @Test
    void namesAndHandlesAreUnique() throws Exception {
        ExecutorAddress main = register("main");
        assertThrows(
                DylibException.class, () -> dylibs.register("main", new ExecutorAddress(0x900)));
        assertThrows(DylibException.class, () -> dylibs.register("other", main));
        assertFalse(dylibs.atExit(main, main, new ExecutorAddress(0x900)));
    }

    @Test
    void dylibsWithoutNamesMayHaveTheSameLabel() throws Exception {
        ExecutorAddress one = new ExecutorAddress(1);
        ExecutorAddress two = new ExecutorAddress(2);
        dylibs.registerUnnamed("same", one);
        dylibs.registerUnnamed("same", two);
        initializers(two, "a");
        assertEquals("no dylib is registered as 'same'", failure(() -> dylibs.open("same")));
        dylibs.openOrUpdate(two);
        assertEquals("a", guest.ran());
        assertThrows(DylibException.class, () -> dylibs.registerUnnamed("other", one));
    }

    @Test
    void openOrUpdateIsClosedByOneClose() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "+a");
        finalizers(main, "-a");
        dylibs.openOrUpdate(main);
        initializers(main, "+b");
        dylibs.openOrUpdate(main);
        dylibs.openOrUpdate(main);
        assertEquals("+a +b", guest.ran());
        dylibs.closeIfOpen(main);
        assertEquals("-a", guest.ran());
        dylibs.closeIfOpen(main);
        assertEquals("", guest.ran());
        inThreads(8, () -> dylibs.openOrUpdate(main));
        assertEquals("+a +b", guest.ran());
        assertEquals(1, dylibs.status(main).openCount());
    }

    @Test
    void anOpenOrUpdateThatFailsClosesOnlyWhatItHasOpened() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "+a");
        finalizers(main, "-a");
        guest.failPushes("no such symbol");
        failure(() -> dylibs.openOrUpdate(main));
        assertEquals(0, dylibs.status(main).openCount());
        guest.failPushes(null);
        dylibs.openOrUpdate(main);
        guest.failPushes("no such symbol");
        failure(() -> dylibs.openOrUpdate(main));
        assertEquals("+a", guest.ran());
        assertEquals(1, dylibs.status(main).openCount());
    }

    @Test
    void endingClosesWhoeverNeedsItAndWhatNobodyNeedsAnyMore() throws Exception {
        ExecutorAddress base = register("base");
        ExecutorAddress used = register("used");
        ExecutorAddress user = register("user");
        finalizers(base, "-base");
        finalizers(used, "-used");
        finalizers(user, "-user");
        guest.link(used, base);
        guest.link(user, used);
        dylibs.openOrUpdate(user);
        atExit(used, "exit");
        dylibs.end(used);
        assertEquals("exit -used -base", guest.ran());
        assertFalse(dylibs.isRegistered(used));
        assertTrue(dylibs.isInitialized(user) && !dylibs.isInitialized(base));
        dylibs.openOrUpdate(user);
        dylibs.end(user);
        assertEquals("-user", guest.ran());
    }

    @Test
    void endingRunsAtExitsOfWhatWasNeverInitialized() throws Exception {
        ExecutorAddress main = register("main");
        finalizers(main, "-main");
        atExit(main, "exit");
        dylibs.end(main);
        assertEquals("exit", guest.ran());
    }

    @Test
    void anInitializerCannotEndItsOwnDylib() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        guest.when(
                "a",
                () -> {
                    assertTrue(dylibs.isAtWorkHere(main));
                    failure(() -> dylibs.end(main));
                });
        dylibs.openOrUpdate(main);
        assertFalse(dylibs.isAtWorkHere(main));
        assertEquals(1, dylibs.status(main).openCount());
        dylibs.end(main);
        assertFalse(dylibs.isRegistered(main));
    }

    @Test
    void sectionsOfCodeThatGoesAreFinalizedAndForgotten() throws Exception {
        ExecutorAddress main = register("main");
        List<FunctionSection> going =
                List.of(
                        FunctionSection.initializers(guest.array("+a")),
                        FunctionSection.finalizers(guest.array("-a")),
                        FunctionSection.finalizers(guest.array("-b")));
        for (FunctionSection section : going) {
            dylibs.record(main, section);
        }
        initializers(main, "+c");
        dylibs.openOrUpdate(main);
        assertEquals("+a +c", guest.ran());
        dylibs.retire(main, going);
        assertEquals("-b -a", guest.ran());
        dylibs.closeIfOpen(main);
        dylibs.openOrUpdate(main);
        assertEquals("+c", guest.ran());
        finalizers(main, "-d");
        dylibs.retire(main, List.of(FunctionSection.finalizers(guest.array("-d"))));
        assertEquals("", guest.ran(), "nothing that was not initialized");
    }

    /** A dylib that an open one has needed is closed after those that still need it. */
    @Test
    void aDependencyWaitsForAUserThatIsBeingClosed() throws Exception {
        ExecutorAddress base = register("base");
        ExecutorAddress one = register("one");
        ExecutorAddress two = register("two");
        finalizers(base, "-base");
        finalizers(one, "-one");
        guest.link(one, base);
        guest.link(two, base);
        dylibs.open("one");
        dylibs.open("two");
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayLeave = new CountDownLatch(1);
        guest.when(
                "-one",
                () -> {
                    inside.countDown();
                    mayLeave.await();
                });
        Thread closing = Thread.startVirtualThread(() -> closeQuietly(one));
        inside.await();
        Thread last = Thread.startVirtualThread(() -> closeQuietly(two));
        last.join(Duration.ofMillis(100));
        assertEquals("-one", guest.ran());
        mayLeave.countDown();
        closing.join();
        last.join();
        assertEquals("-base", guest.ran());
    }

    private void closeQuietly(ExecutorAddress dylib) {
        try {
            dylibs.close(dylib);
        } catch (DylibException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anInitializerThatExitsHasAllFinalizersRun() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        finalizers(main, "-a");
        guest.when("a", dylibs::runAllFinalizers);
        dylibs.open("main");
        assertEquals("a -a", guest.ran());
        finalizers(main, "-b");
        dylibs.runAllFinalizers();
        assertEquals("-a", guest.ran(), "nothing that was not initialized");
    }

    @Test
    void exitRunsAtExitsThenFinalizersOfTheYoungestDylibFirst() throws Exception {
        for (String name : List.of("old", "young")) {
            ExecutorAddress dylib = register(name);
            finalizers(dylib, "-" + name);
            dylibs.open(name);
            atExit(dylib, "exit-" + name);
        }
        atExit(register("closed"), "exit-closed");
        dylibs.runAllFinalizers();
        assertEquals("exit-young -young exit-old -old", guest.ran());
    }

    /** When a finalizer calls {@code exit}, its dylib is left to the thread that closes it. */
    @Test
    void anErrorDuringOpeningIsNoOpening() throws Exception {
        ExecutorAddress main = register("main");
        guest.whenAsked(
                () -> {
                    throw new AssertionError("for a test");
                });
        assertThrows(AssertionError.class, () -> dylibs.openOrUpdate(main));
        assertEquals(0, dylibs.status(main).openCount());
    }

    /** Its code is gone when the thread that opens it gets its turn. */
    @Test
    void whatIsClosedForGoodWhileItIsOpenedDoesNotRun() throws Exception {
        ExecutorAddress main = register("main");
        initializers(main, "a");
        guest.whenAsked(() -> inThreads(1, () -> dylibs.end(main)));
        assertEquals(
                "'main' (" + main + ") is being closed", failure(() -> dylibs.openOrUpdate(main)));
        assertEquals("", guest.ran());
    }

    /** The dylib that is opened does not depend on it any more. */
    @Test
    void aDependencyThatIsClosedForGoodMeanwhileDoesNotRun() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress base = register("base");
        initializers(main, "a");
        initializers(base, "b");
        guest.link(main, base);
        dylibs.openOrUpdate(main);
        assertEquals("b a", guest.ran());
        dylibs.closeIfOpen(main);
        guest.whenAsked(() -> inThreads(1, () -> dylibs.end(base)));
        dylibs.openOrUpdate(main);
        assertEquals("a", guest.ran());
    }

    @Test
    void exitLeavesWhatIsBeingClosedToItsThread() throws Exception {
        ExecutorAddress main = register("main");
        ExecutorAddress other = register("other");
        finalizers(main, "-main");
        finalizers(other, "-other");
        guest.when("-main", dylibs::runAllFinalizers);
        dylibs.open("main");
        dylibs.open("other");
        dylibs.close(main);
        assertEquals("-main -other", guest.ran());
    }

    @Test
    void dlerrorBelongsToAThreadAndIsTakenOnce() throws Exception {
        LastErrors errors = new LastErrors();
        errors.set("mine");
        inThreads(1, () -> assertTrue(errors.take().isEmpty()));
        assertEquals("mine", errors.take().orElseThrow());
        assertTrue(errors.take().isEmpty());
    }

    private static String failure(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(DylibException.class, call).getMessage();
    }

    private static void inThreads(int count, FakeGuest.Effect work) {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    List<Thread> threads = new ArrayList<>();
                    for (int i = 0; i < count; i++) {
                        threads.add(
                                Thread.startVirtualThread(
                                        () -> {
                                            try {
                                                work.run();
                                            } catch (Throwable e) {
                                                failures.add(e);
                                            }
                                        }));
                    }
                    for (Thread thread : threads) {
                        thread.join();
                    }
                });
        assertEquals(List.of(), failures);
    }
}
