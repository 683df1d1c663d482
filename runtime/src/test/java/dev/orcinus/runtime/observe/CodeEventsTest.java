package dev.orcinus.runtime.observe;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.orcinus.fakes.FakeDebugger;
import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.memory.AllocationAction;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.HostCallException;
import dev.orcinus.protocol.epc.PerfRecordBatch;
import dev.orcinus.runtime.RegistrationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

final class CodeEventsTest {
    /** Larger than any process id. */
    private static final long NO_PROCESS = 1L << 40;

    private final FakeGuestMemory memory = FakeGuestMemory.withGaps();
    private final MemoryManager manager = new MemoryManager(memory);
    private final FakeDebugger debugger = new FakeDebugger();
    private final CodeEvents objects =
            new CodeEvents(memory, manager, List.of(new DebuggerSink(debugger)));
    private AddressRange object;

    @BeforeEach
    void allocate() throws AllocationException {
        ExecutorAddress base = manager.reserve(2 * PAGE);
        InFlightAllocation allocation = manager.begin();
        allocation.addSegment(AllocGroup.ofWire((byte) 1), base, PAGE, 0);
        allocation.finish(List.of());
        object = AddressRange.of(base, 0x40);
    }

    private void assertRefused(String message, Executable action) {
        assertEquals(message, assertThrows(RegistrationException.class, action).getMessage());
        assertEquals(List.of(), debugger.known());
    }

    @Test
    void anObjectIsShownUntilItsMemoryGoes() throws Exception {
        objects.register(object);
        assertEquals(List.of(object), debugger.known());
        manager.deinitialize(List.of(object.start())).run();
        assertEquals(List.of(), debugger.known());
    }

    @Test
    void codeThatIsHeldBackIsShownLater() throws Exception {
        Optional<byte[]> file = Optional.of(new byte[64]);
        objects.holdBack();
        CodeEvents.Arrival stays = objects.arrived("stays", List::of, file);
        objects.arrived("goes", List::of, file).left();
        assertEquals(List.of(), debugger.known());
        assertEquals(1, objects.loaded().size());
        objects.release();
        assertEquals(1, debugger.known().size());
        CodeEvents.Arrival later = objects.arrived("later", List::of, file);
        assertEquals(2, debugger.known().size());
        later.left();
        stays.left();
        assertEquals(List.of(), debugger.known());
        assertEquals(List.of(), objects.loaded());
    }

    @Test
    void anObjectMayBeWithdrawnBeforeItsMemoryGoes() throws Exception {
        objects.deregister(object);
        objects.register(object);
        objects.deregister(object);
        assertEquals(List.of(), debugger.known());
        manager.deinitialize(List.of(object.start())).run();
        assertEquals(List.of(), debugger.known());
    }

    @Test
    void aGuestWithoutProfilersHasNoFilesForThem(@TempDir Path home) throws Exception {
        assumeTrue(System.getenv("JITDUMPDIR") == null, "JITDUMPDIR names another folder");
        String oldHome = System.setProperty("user.home", home.toString());
        try {
            String refusal =
                    assertThrows(
                                    RegistrationException.class,
                                    () -> CodeEvents.openProfile(new FakeGuest()))
                            .getMessage();
            assertTrue(refusal.contains("this guest has no profilers"), refusal);
        } finally {
            System.setProperty("user.home", oldHome);
        }
        try (Stream<Path> left = Files.list(home.resolve(".debug/jit"))) {
            assertEquals(List.of(), left.toList());
        }
    }

    /** A controller names its functions itself, so nothing is opened that this guest lacks. */
    @Test
    void codeWithoutSymbolsIsNotProfiled() throws Exception {
        new PerfSink(new FakeGuest()).arrived(new LoadedCode("", List::of, object));
        SymbolRange empty = new SymbolRange("java", AddressRange.of(object.start(), 0));
        new PerfSink(new FakeGuest()).arrived(new LoadedCode("", () -> List.of(empty), object));
    }

    @Test
    void anObjectOfASessionThatEndsGoesWithIt() throws Exception {
        objects.register(object);
        manager.close();
        assertEquals(List.of(), debugger.known());
    }

    @Test
    void anObjectIsAtLeastAHeaderLong() throws Exception {
        for (long size : new long[] {0, 1, 31}) {
            AddressRange small = AddressRange.of(object.start(), size);
            assertRefused(
                    "debug object " + small + " is shorter than any object file",
                    () -> objects.register(small));
        }
        objects.register(AddressRange.of(object.start(), 32));
    }

    @Test
    void anObjectIsReadableAtBothEnds() {
        AddressRange beyond = AddressRange.of(object.start(), 2 * PAGE + 1);
        assertRefused(
                "debug object " + beyond + " is not readable", () -> objects.register(beyond));
        AddressRange before =
                new AddressRange(new ExecutorAddress(object.start().value() - 1), object.end());
        assertRefused(
                "debug object " + before + " is not readable", () -> objects.register(before));
    }

    @Test
    void anObjectThatNothingWouldWithdrawIsRefused() {
        AddressRange free = AddressRange.of(object.start().plus(PAGE), 0x40);
        assertRefused(
                "debug object " + free + " lies in no allocation", () -> objects.register(free));
    }

    @Test
    void anObjectOutsideOfTheSessionMayBeShown() throws RegistrationException {
        AddressRange outside = AddressRange.of(memory.pages(PAGE, MemProt.READ).start(), 0x40);
        objects.register(outside);
        assertEquals(List.of(outside), debugger.known());
    }

    @Test
    void aDebuggerThatFailsIsReportedWithTheObject() {
        debugger.fail();
        assertRefused("debug object " + object + ": no debugger", () -> objects.register(object));
    }

    @Test
    void aWithdrawalThatFailsIsReportedAndStopsNothing() throws Exception {
        objects.register(object);
        debugger.fail();
        AllocationException e = assertThrows(AllocationException.class, manager::close);
        assertEquals(
                "dealloc action 1 of 1 (function "
                        + object.start()
                        + ") of allocation "
                        + AddressRange.of(object.start(), PAGE)
                        + ": debug object "
                        + object
                        + ": no debugger",
                e.fullMessage());
        assertFalse(memory.isMapped(object.start()));
    }

    @Test
    void aWithdrawalRunsNoGuestCodeAndMayRunTwice() throws Exception {
        AllocationAction withdrawal = objects.withdrawal(new LoadedCode("", List::of, object));
        assertFalse(withdrawal.runsGuestCode());
        assertEquals(object.start(), withdrawal.function());
        objects.register(object);
        withdrawal.run();
        withdrawal.run();
        assertEquals(List.of(), debugger.known());
        manager.close();
    }

    /** Notes the events that it is told of, and fails when a test wants it to. */
    private static final class Notes implements CodeSink {
        final List<String> notes = new ArrayList<>();
        boolean fails;

        @Override
        public void arrived(LoadedCode code) throws HostCallException {
            notes.add("+" + code.name() + " " + code.symbols());
            if (fails) {
                throw new HostCallException("sink", 0, "full");
            }
        }

        @Override
        public void left(LoadedCode code) {
            notes.add("-" + code.name());
        }
    }

    private final Notes notes = new Notes();
    private final CodeEvents events =
            new CodeEvents(memory, manager, List.of(new DebuggerSink(debugger), notes));

    @Test
    void everyObserverIsToldOfCodeAndItsSymbols() throws Exception {
        SymbolRange main = new SymbolRange("main", object);
        CodeEvents.Arrival code = events.arrived("x.o", () -> List.of(main), Optional.empty());
        assertEquals(List.of("+x.o [" + main + "]"), notes.notes);
        code.left();
        assertEquals("-x.o", notes.notes.getLast());
        assertEquals(List.of(), debugger.known(), "there is no debug object");
    }

    @Test
    void aDebugObjectIsPutIntoGuestMemoryUntilTheCodeLeaves() throws Exception {
        int mapped = memory.mapped().size();
        byte[] bytes = new byte[(int) PAGE + 5];
        bytes[3] = 7;
        CodeEvents.Arrival code = events.arrived("x.o", List::of, Optional.of(bytes));
        AddressRange copy = debugger.known().getFirst();
        assertArrayEquals(bytes, memory.peek(copy));
        assertEquals(MemProt.READ, memory.protAt(copy.start()));
        code.left();
        assertEquals(List.of(), debugger.known());
        assertEquals(mapped, memory.mapped().size());
    }

    @Test
    void symbolsAreListedForThoseWhoAskOnly() throws Exception {
        CodeEvents quiet = new CodeEvents(memory, manager, List.of(new DebuggerSink(debugger)));
        quiet.arrived(
                "x.o",
                () -> {
                    throw new AssertionError("nobody asked");
                },
                Optional.empty());
    }

    @Test
    void anObserverThatFailsLeavesNothingBehind() {
        int mapped = memory.mapped().size();
        notes.fails = true;
        HostCallException e =
                assertThrows(
                        HostCallException.class,
                        () -> events.arrived("x.o", List::of, Optional.of(new byte[64])));
        assertEquals("full", e.getMessage());
        assertEquals(List.of(), debugger.known());
        assertEquals(mapped, memory.mapped().size());
    }

    @Test
    void aControllersDebugObjectIsCodeToo() throws Exception {
        events.register(object);
        manager.close();
        assertEquals(List.of("+ []", "-"), notes.notes);
    }

    /** An observer that writes down what it is told. */
    private static final class Diary implements CodeSink {
        final List<String> told = new ArrayList<>();

        @Override
        public void arrived(LoadedCode code) {
            told.add("arrived " + code.name());
        }

        @Override
        public void left(LoadedCode code) {
            told.add("left " + code.name());
        }

        @Override
        public void processChanged() throws HostCallException {
            told.add("changed");
            throw new HostCallException("write", 28, "made to fail");
        }
    }

    @Test
    void allObserversAreToldOfAGuestThatGoesOnInAnotherProcess() throws Exception {
        Diary first = new Diary();
        Diary second = new Diary();
        CodeEvents events = new CodeEvents(memory, manager, List.of(first, second));
        CodeEvents.Arrival one = events.arrived("one.o", List::of, Optional.empty());
        events.state().run();
        one.left();
        assertEquals(List.of("arrived one.o", "changed", "left one.o"), first.told);
        assertEquals(first.told, second.told, "also after the failure of the first");
    }

    @Test
    void codeIsLoadedFromItsArrivalUntilItLeaves() throws Exception {
        CodeEvents.Arrival one = objects.arrived("one.o", List::of, Optional.empty());
        objects.arrived("two.o", List::of, Optional.empty());
        assertEquals(
                Set.of("one.o", "two.o"),
                objects.loaded().stream().map(LoadedCode::name).collect(Collectors.toSet()));
        one.left();
        assertEquals(List.of("two.o"), objects.loaded().stream().map(LoadedCode::name).toList());
    }

    @Test
    void aCopyThatCannotBePublishedLeavesNothing() {
        List<AddressRange> before = memory.mapped();
        memory.failCall(2);
        assertThrows(
                HostCallException.class,
                () -> objects.arrived("one.o", List::of, Optional.of(new byte[0x40])));
        assertTrue(memory.failedCall().startsWith("protect "), memory.failedCall());
        assertEquals(before, memory.mapped());
        assertEquals(List.of(), objects.loaded());
    }

    @Test
    void onlyTheObjectThatIsDeregisteredLeaves() throws Exception {
        AddressRange other = AddressRange.of(object.start().plus(0x100), 0x40);
        objects.register(object);
        objects.register(other);
        objects.deregister(object);
        assertEquals(
                List.of(Optional.of(other)),
                objects.loaded().stream().map(LoadedCode::debugObject).toList());
    }

    @Test
    void anObjectMayEndWithTheMemory() throws Exception {
        AddressRange all = AddressRange.of(object.start(), 2 * PAGE);
        objects.register(all);
        assertEquals(List.of(all), debugger.known());
    }

    @Test
    void aDebuggerThatFailsWhenAnObjectIsWithdrawnIsReported() throws Exception {
        objects.register(object);
        debugger.fail();
        RegistrationException refused =
                assertThrows(RegistrationException.class, () -> objects.deregister(object));
        assertEquals("debug object " + object + ": no debugger", refused.getMessage());
        assertEquals(List.of(), objects.loaded());
    }

    @Test
    void aCopyThatCannotBeUnmappedIsReportedToWhoWithdrawsTheCode() throws Exception {
        CodeEvents.Arrival code = objects.arrived("one.o", List::of, Optional.of(new byte[0x40]));
        memory.failCall(1);
        HostCallException e = assertThrows(HostCallException.class, code::left);
        assertTrue(e.getMessage().contains("made to fail"), e.getMessage());
        assertTrue(memory.failedCall().startsWith("unmap "), memory.failedCall());
    }

    @Test
    void whatCannotBeUndoneIsToldWithTheFailureThatItIsUndoneFor() {
        memory.failCall(3); // map, publish, unmap
        notes.fails = true;
        HostCallException e =
                assertThrows(
                        HostCallException.class,
                        () -> events.arrived("x.o", List::of, Optional.of(new byte[64])));
        assertEquals("full", e.getMessage());
        assertEquals(1, e.getSuppressed().length);
        assertTrue(memory.failedCall().startsWith("unmap "), memory.failedCall());
    }

    @Test
    void anObserverThatCannotGoOnInTheOtherProcessIsNamed() {
        CodeEvents changing = new CodeEvents(memory, manager, List.of(new Diary()));
        changing.state().run();
        List<String> problems = changing.takeProblems();
        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().contains("made to fail"), problems.getFirst());
        assertEquals(List.of(), changing.takeProblems());
    }

    @Test
    void aControllersProfileOfAGuestWithoutProfilersIsRefused(@TempDir Path home) {
        assumeTrue(System.getenv("JITDUMPDIR") == null, "JITDUMPDIR names another folder");
        String oldHome = System.setProperty("user.home", home.toString());
        try {
            PerfRecordBatch nothing = new PerfRecordBatch(List.of(), List.of());
            RegistrationException refused =
                    assertThrows(
                            RegistrationException.class,
                            () -> CodeEvents.profile(new FakeGuest(), nothing));
            assertTrue(
                    refused.getMessage().contains("this guest has no profilers"),
                    refused.getMessage());
        } finally {
            System.setProperty("user.home", oldHome);
        }
    }

    @Test
    void profilersObserveASessionIfTheUserWantsThat(@TempDir Path home) throws Exception {
        assumeTrue(System.getenv("JITDUMPDIR") == null, "JITDUMPDIR names another folder");
        assumeFalse("1".equals(System.getenv(PerfMapSink.VARIABLE)), PerfMapSink.VARIABLE);
        FakeGuest guest = new FakeGuest();
        guest.process().goOnAs(NO_PROCESS);
        Path map = Path.of("/tmp/perf-" + NO_PROCESS + ".map");
        Files.deleteIfExists(map);
        CodeEvents.of(guest, manager).arrived("x.o", List::of, Optional.empty());
        assertFalse(Files.exists(map), "nobody wants it");
        String oldHome = System.setProperty("user.home", home.toString());
        System.setProperty(PerfMapSink.PROPERTY, "true");
        try {
            CodeEvents.of(guest, manager).arrived("x.o", List::of, Optional.empty());
            assertTrue(Files.exists(map));
            System.clearProperty(PerfMapSink.PROPERTY);
            System.setProperty(PerfSink.PROPERTY, "true");
            CodeEvents dumping = CodeEvents.of(guest, manager);
            ExecutorAddress code = guest.memory().pages(1, MemProt.READ_EXEC).start();
            SymbolRange function = new SymbolRange("f", AddressRange.of(code, 4));
            HostCallException e =
                    assertThrows(
                            HostCallException.class,
                            () ->
                                    dumping.arrived(
                                            "x.o", () -> List.of(function), Optional.empty()));
            assertTrue(e.getMessage().contains("this guest has no profilers"), e.getMessage());
        } finally {
            System.clearProperty(PerfMapSink.PROPERTY);
            System.clearProperty(PerfSink.PROPERTY);
            System.setProperty("user.home", oldHome);
            Files.deleteIfExists(map);
        }
    }

    @Test
    void aSessionsDebugObjectsAreShownToItsGuestsDebugger() throws Exception {
        FakeGuest guest = new FakeGuest();
        CodeEvents ofGuest = CodeEvents.of(guest, new MemoryManager(guest.memory()));
        CodeEvents.Arrival code = ofGuest.arrived("x.o", List::of, Optional.of(new byte[0x40]));
        assertEquals(1, guest.debugger().known().size());
        code.left();
        assertEquals(List.of(), guest.debugger().known());
    }
}
