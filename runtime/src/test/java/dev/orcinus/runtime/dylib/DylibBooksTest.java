package dev.orcinus.runtime.dylib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the books say after the guest has returned to an earlier state, and in second lives. */
final class DylibBooksTest {
    private final FakeGuest guest = new FakeGuest();
    private final JitDylibs dylibs = guest.dylibs();

    private void atExit(ExecutorAddress dylib, String name, ExecutorAddress argument) {
        assertTrue(dylibs.atExit(guest.function(name), argument, dylib));
    }

    private void atExit(ExecutorAddress dylib, String name) {
        atExit(dylib, name, ExecutorAddress.NULL);
    }

    private void initializers(ExecutorAddress dylib, String... names) throws Exception {
        dylibs.record(dylib, FunctionSection.initializers(guest.array(names)));
    }

    private void finalizers(ExecutorAddress dylib, String... names) throws Exception {
        dylibs.record(dylib, FunctionSection.finalizers(guest.array(names)));
    }

    @Test
    void atExitsAreWhatTheyWere() throws Exception {
        ExecutorAddress main = guest.register("main");
        ExecutorAddress other = guest.register("other");
        dylibs.open("main");
        dylibs.open("other");
        atExit(main, "a");
        atExit(main, "b");
        Runnable then = dylibs.state();
        atExit(main, "c");
        atExit(other, "d");
        ExecutorAddress later = guest.register("later");
        dylibs.open("later");
        atExit(later, "e");
        then.run();
        dylibs.close(main);
        assertEquals("b a", guest.ran());
        dylibs.close(other);
        dylibs.close(later);
        assertEquals("", guest.ran(), "there were none");
    }

    @Test
    void atExitsThatHaveRunMeanwhileAreThereAgain() throws Exception {
        ExecutorAddress main = guest.register("main");
        dylibs.open("main");
        atExit(main, "a");
        Runnable then = dylibs.state();
        dylibs.runAtExits(main);
        assertEquals(0, dylibs.status(main).atExits());
        then.run();
        assertEquals(1, dylibs.status(main).atExits());
    }

    @Test
    void atExitsOfAllocationsThatHaveGoneMeanwhileAreNotThereAgain() throws Exception {
        ExecutorAddress main = guest.register("main");
        dylibs.open("main");
        ExecutorAddress code = guest.allocate();
        ExecutorAddress data = guest.allocate();
        ExecutorAddress stays = guest.allocate();
        assertTrue(dylibs.atExit(code, ExecutorAddress.NULL, main));
        atExit(main, "of data", data);
        atExit(main, "of what stays", stays);
        Runnable then = dylibs.state();
        guest.release(code);
        guest.release(data);
        then.run();
        assertEquals(1, dylibs.status(main).atExits());
        dylibs.close(main);
        assertEquals("of what stays", guest.ran());
    }

    @Test
    void aThreadIsAtWorkWhileItInitializesOrCloses() throws Exception {
        ExecutorAddress main = guest.register("main");
        List<Boolean> seen = new ArrayList<>();
        guest.when("a", () -> seen.add(dylibs.isAtWorkHere()));
        guest.when("-a", () -> seen.add(dylibs.isAtWorkHere()));
        initializers(main, "a");
        finalizers(main, "-a");
        assertFalse(dylibs.isAtWorkHere(), "before");
        dylibs.open("main");
        assertFalse(dylibs.isAtWorkHere(), "between");
        dylibs.close(main);
        assertFalse(dylibs.isAtWorkHere(), "after");
        assertEquals(List.of(true, true), seen);
    }

    @Test
    void finalizersOfASecondLifeAreOrderedAsThoseOfAFirst() throws Exception {
        ExecutorAddress main = guest.register("main");
        finalizers(main, "x");
        dylibs.open("main");
        dylibs.close(main);
        assertEquals("x", guest.ran());
        dylibs.record(
                main,
                new FunctionSection(
                        new FunctionSection.Kind(FunctionSection.When.FINALIZE, 100, false),
                        guest.array("y")));
        dylibs.open("main");
        dylibs.close(main);
        assertEquals("x y", guest.ran(), "y belongs to what is initialized first");
    }

    @Test
    void atExitsWithoutCodeAreReportedAndTheOthersRun() throws Exception {
        ExecutorAddress main = guest.register("main");
        dylibs.open("main");
        atExit(main, "a");
        assertTrue(dylibs.atExit(new ExecutorAddress(8), ExecutorAddress.NULL, main));
        atExit(main, "b");
        DylibException e = assertThrows(DylibException.class, () -> dylibs.close(main));
        assertTrue(e.getMessage().contains("an at-exit function: "), e.getMessage());
        assertEquals("b a", guest.ran());
    }

    @Test
    void noPointerBehindASectionIsCalled() throws Exception {
        ExecutorAddress main = guest.register("main");
        AddressRange three = guest.array("a", "b", "c");
        dylibs.record(main, FunctionSection.initializers(AddressRange.of(three.start(), 2 * 8)));
        dylibs.open("main");
        assertEquals("a b", guest.ran());
    }

    @Test
    void symbolsAndHandlesAreFoundByTheirNames() throws Exception {
        ExecutorAddress main = guest.register("main");
        assertEquals(main, dylibs.handle("main"));
        assertThrows(DylibException.class, () -> dylibs.handle("other"));
        assertEquals(guest.function("symbol"), dylibs.find(main, "symbol"));
    }

    /** Code of another process, which gets many sections at a time. */
    private static final class OtherProcess implements DylibCode {
        private final List<String> requests = new ArrayList<>();
        private boolean fails;

        @Override
        public void run(List<FunctionSection> sections) throws DylibException {
            requests.add(sections.stream().map(FunctionSection::range).toList().toString());
            if (fails) {
                throw new DylibException("made to fail");
            }
        }

        @Override
        public boolean runsTogether() {
            return true;
        }

        @Override
        public void runAtExits(ExecutorAddress dylib) {
            requests.add("at-exits of " + dylib);
        }
    }

    @Test
    void anotherProcessGetsAllSectionsWithOneRequest() throws Exception {
        OtherProcess process = new OtherProcess();
        JitDylibs others = new JitDylibs(process, guest);
        ExecutorAddress main = new ExecutorAddress(0x4000);
        others.register("main", main);
        AddressRange first = AddressRange.of(new ExecutorAddress(0x100), 8);
        AddressRange second = AddressRange.of(new ExecutorAddress(0x200), 8);
        others.record(main, FunctionSection.initializers(first));
        others.record(main, FunctionSection.initializers(second));
        others.record(main, FunctionSection.finalizers(first));
        others.record(main, FunctionSection.finalizers(second));
        others.open("main");
        assertEquals(List.of(List.of(first, second).toString()), process.requests);
        process.requests.clear();
        others.close(main);
        assertEquals(
                List.of("at-exits of " + main, List.of(second, first).toString()),
                process.requests);
    }

    @Test
    void aRequestWithoutSectionsIsNotMadeAndAFailureIsReported() throws Exception {
        OtherProcess process = new OtherProcess();
        JitDylibs others = new JitDylibs(process, guest);
        ExecutorAddress main = new ExecutorAddress(0x4000);
        others.register("main", main);
        others.open("main");
        others.close(main);
        assertEquals(List.of("at-exits of " + main), process.requests);
        others.record(
                main, FunctionSection.initializers(AddressRange.of(new ExecutorAddress(0x100), 8)));
        process.fails = true;
        DylibException e = assertThrows(DylibException.class, () -> others.open("main"));
        assertTrue(e.getMessage().contains("made to fail"), e.getMessage());
        assertEquals(1, others.status(main).newSections(), "it stays new");
    }
}
