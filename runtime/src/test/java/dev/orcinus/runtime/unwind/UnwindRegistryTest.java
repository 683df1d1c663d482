package dev.orcinus.runtime.unwind;

import static dev.orcinus.fakes.FakeGuestMemory.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.orcinus.fakes.FakeGuest;
import dev.orcinus.fakes.FakeGuestMemory;
import dev.orcinus.fakes.FakeUnwinder;
import dev.orcinus.memory.AllocationException;
import dev.orcinus.memory.Deallocation;
import dev.orcinus.memory.InFlightAllocation;
import dev.orcinus.memory.MemoryManager;
import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.AllocGroup;
import dev.orcinus.platform.ExecutorAddress;
import dev.orcinus.platform.MemProt;
import dev.orcinus.platform.spi.guest.Guest;
import dev.orcinus.platform.spi.guest.GuestUnwinder;
import dev.orcinus.runtime.EhFrames;
import dev.orcinus.runtime.RegistrationException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class UnwindRegistryTest {
    private static final AllocGroup READ = AllocGroup.ofWire((byte) 1);
    private static final byte[] TWO_RECORDS = EhFrames.of(20, 28);
    private static final long SIZE = 60;

    private final FakeGuest guest = new FakeGuest();
    private final FakeGuestMemory memory = guest.memory();
    private final MemoryManager manager = new MemoryManager(memory);
    private final FakeUnwinder unwinder = guest.unwinder();
    private final UnwindRegistry registry = new UnwindRegistry(guest, manager);
    private static final Duration SHORT = Duration.ofMillis(5);
    private static final Duration LONG = Duration.ofMinutes(1);

    private ExecutorAddress base;
    private volatile boolean isOver;

    @BeforeEach
    void reserve() throws AllocationException {
        base = manager.reserve(4 * PAGE);
    }

    @AfterEach
    void nothingOfASessionStaysRegistered() throws AllocationException {
        isOver = true;
        manager.close();
        for (AddressRange section : unwinder.sections()) {
            assertTrue(memory.isMapped(section.start()), "mapped at " + section);
        }
    }

    private void allocate(ExecutorAddress address, byte[] content) throws AllocationException {
        InFlightAllocation allocation = manager.begin();
        allocation
                .addSegment(READ, address, PAGE, content.length)
                .copyFrom(MemorySegment.ofArray(content));
        allocation.finish(List.of());
    }

    private void assertRegistered(AddressRange... sections) {
        assertEquals(List.of(sections), unwinder.sections());
        assertEquals(sections.length, registry.size(), "size");
    }

    private static void assertRefused(String message, Executable action) {
        assertEquals(message, assertThrows(RegistrationException.class, action).getMessage());
    }

    @Test
    void aRangeIsRegisteredAndDeregistered() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(AddressRange.of(base, SIZE));
        assertRegistered(AddressRange.of(base, SIZE));
        registry.deregister(base);
        assertRegistered();
    }

    @Test
    void aStartIsRegisteredAsFarAsItsTerminator() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(base);
        assertRegistered(AddressRange.of(base, SIZE));
    }

    @Test
    void memoryOutsideOfTheSessionMayBeRegistered() throws RegistrationException {
        ExecutorAddress outside = memory.pages(PAGE, MemProt.READ_WRITE).start();
        memory.put(outside, TWO_RECORDS);
        registry.register(outside);
        assertRegistered(AddressRange.of(outside, SIZE));
    }

    @Test
    void aSectionIsNotRegisteredTwice() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(base);
        String message = ".eh_frame at " + base + " is registered already";
        assertRefused(message, () -> registry.register(base));
        assertRefused(message, () -> registry.register(AddressRange.of(base, SIZE)));
        assertRegistered(AddressRange.of(base, SIZE));
    }

    @Test
    void deregisteringWhatIsUnknownIsHarmless() throws Exception {
        registry.deregister(base);
        allocate(base, TWO_RECORDS);
        registry.register(base);
        registry.deregister(base.plus(24));
        registry.deregister(base);
        registry.deregister(base);
        assertRegistered();
    }

    @Test
    void aSectionWithoutRecordsIsAcceptedAndForgotten() throws Exception {
        allocate(base, EhFrames.of());
        registry.register(AddressRange.of(base, 4));
        registry.register(base);
        registry.register(AddressRange.of(base, 0));
        registry.registerArrived();
        assertRegistered();
    }

    @Test
    void aSectionWhoseRecordsDoNotEndWithItIsRefused() throws Exception {
        allocate(base, TWO_RECORDS);
        assertRefused(
                ".eh_frame at "
                        + base
                        + ": the record at "
                        + base.plus(24)
                        + " ends at "
                        + base.plus(56)
                        + ", beyond the section's end "
                        + base.plus(30),
                () -> registry.register(AddressRange.of(base, 30)));
        assertRegistered();
    }

    @Test
    void theUnwinderGetsACopyOfASectionWithoutATerminator() throws Exception {
        byte[] cie = HexFormat.of().parseHex("100000000000000001000178100c070890010000");
        allocate(base, cie);
        registry.register(AddressRange.of(base, cie.length));
        AddressRange copy = unwinder.sections().getFirst();
        assertEquals(Set.of(copy.start()), guest.process().heap(), "the copy is on the heap");
        byte[] bytes = new byte[28];
        assertEquals(bytes.length, copy.sizeBytes());
        assertTrue(memory.tryRead(copy.start(), MemorySegment.ofArray(bytes)));
        assertEquals(
                "140000000000000001000178100c07089001000000000000" + "00000000",
                HexFormat.of().formatHex(bytes));
        registry.deregister(base);
        assertRegistered();
        assertEquals(Set.of(), guest.process().heap());
    }

    @Test
    void aCopyIsFreedWithTheMemoryOfTheSection() throws Exception {
        allocate(base, HexFormat.of().parseHex("100000000000000001000178100c070890010000"));
        registry.register(AddressRange.of(base, 20));
        manager.release(List.of(base)).run();
        assertRegistered();
        assertEquals(Set.of(), guest.process().heap());
    }

    @Test
    void memoryThatIsNotThereIsRefused() {
        ExecutorAddress nowhere = new ExecutorAddress(0x10);
        String message = ".eh_frame: nothing readable at 0x10";
        assertRefused(message, () -> registry.register(nowhere));
        assertRefused(message, () -> registry.register(AddressRange.of(nowhere, 8)));
    }

    @Test
    void aSectionGoesWithItsAllocation() throws Exception {
        allocate(base, TWO_RECORDS);
        allocate(base.plus(PAGE), TWO_RECORDS);
        registry.register(base);
        registry.register(base.plus(PAGE));
        manager.deinitialize(List.of(base)).run();
        assertRegistered(AddressRange.of(base.plus(PAGE), SIZE));
        manager.release(List.of(base)).run();
        assertRegistered();
    }

    @Test
    void aSectionThatWasDeregisteredBeforeIsLeftAloneWhenItsAllocationGoes() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(base);
        registry.deregister(base);
        registry.register(base);
        manager.deinitialize(List.of(base)).run();
        assertRegistered();
    }

    @Test
    void aSectionWaitsForItsContents() throws Exception {
        registry.register(base);
        registry.registerArrived();
        assertRegistered();
        allocate(base, TWO_RECORDS);
        assertRegistered();
        registry.registerArrived();
        assertRegistered(AddressRange.of(base, SIZE));
        manager.deinitialize(List.of(base)).run();
        assertRegistered();
    }

    @Test
    void aSectionWaitsUntilAllOfItIsThere() throws Exception {
        memory.put(base, EhFrames.of(20));
        registry.register(base);
        assertRegistered();
        allocate(base, TWO_RECORDS);
        registry.registerArrived();
        assertRegistered(AddressRange.of(base, SIZE));
    }

    @Test
    void aSectionThatWaitsTwiceIsRegisteredOnce() throws Exception {
        registry.register(base);
        registry.register(base);
        allocate(base, TWO_RECORDS);
        registry.registerArrived();
        assertRegistered(AddressRange.of(base, SIZE));
    }

    @Test
    void aWaitingSectionCanBeDeregistered() throws Exception {
        registry.register(base);
        registry.deregister(base);
        allocate(base, TWO_RECORDS);
        registry.registerArrived();
        assertRegistered();
    }

    @Test
    void aWaitingSectionThatArrivesEmptyIsForgotten() throws Exception {
        registry.register(base);
        allocate(base, EhFrames.of());
        registry.registerArrived();
        manager.deinitialize(List.of(base)).run();
        allocate(base, TWO_RECORDS);
        registry.registerArrived();
        assertRegistered();
    }

    @Test
    void aWaitingSectionIsForgottenWithItsReservation() throws Exception {
        registry.register(base);
        manager.release(List.of(base)).run();
        registry.registerArrived();
        assertRegistered();
    }

    @Test
    void oneBadSectionDoesNotKeepTheOthersWaiting() throws Exception {
        byte[] bad = new EhFrames().longWord(-1).toBytes();
        registry.register(base);
        registry.register(base.plus(PAGE));
        registry.register(base.plus(2 * PAGE));
        allocate(base, bad);
        allocate(base.plus(PAGE), bad);
        allocate(base.plus(2 * PAGE), TWO_RECORDS);
        RegistrationException e =
                assertThrows(RegistrationException.class, registry::registerArrived);
        assertEquals(1, e.getSuppressed().length, "the second bad one");
        assertRegistered(AddressRange.of(base.plus(2 * PAGE), SIZE));
        registry.registerArrived();
    }

    @Test
    void aRangeOfTheSessionThatNothingWouldDeregisterIsRefused() {
        memory.put(base, TWO_RECORDS);
        assertRefused(
                ".eh_frame at " + base + " lies in no allocation",
                () -> registry.register(AddressRange.of(base, SIZE)));
        assertRegistered();
    }

    /**
     * Waits for what is expected, and returns whether that has ended some time after {@code begin}:
     * this thread may have to wait for a processor before it waits for anything else.
     */
    private boolean waits(long begin, Duration atLeast, Duration quiet, Duration limit)
            throws InterruptedException {
        registry.awaitExpected(quiet, limit);
        return System.nanoTime() - begin >= atLeast.toNanos();
    }

    private Duration waitForContents(Duration quiet, Duration limit) throws InterruptedException {
        long begin = System.nanoTime();
        registry.awaitContents(quiet, limit);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Contents come, and are waited for; returns the time of both. */
    private Duration expectAndWait(Duration quiet) throws InterruptedException {
        long begin = System.nanoTime();
        registry.expect(base);
        registry.awaitContents(quiet, LONG);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** A wait that may throw. */
    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }

    /** Asserts that nothing is waited for: a thread that has been interrupted cannot wait. */
    private static void assertDoesNotWait(Wait wait) throws InterruptedException {
        Thread.currentThread().interrupt();
        wait.run();
        assertTrue(Thread.interrupted(), "it has waited");
    }

    private static void assertWaits(Wait wait) {
        Thread.currentThread().interrupt();
        try {
            assertThrows(InterruptedException.class, wait::run);
        } finally {
            Thread.interrupted(); // if it has not waited
        }
    }

    @Test
    void contentsAreNotWaitedForIfTheControllerDoes() throws Exception {
        assertDoesNotWait(() -> registry.awaitContents(LONG, LONG));
    }

    @Test
    void contentsAreWaitedForUntilNoneHaveComeForAWhile() throws Exception {
        allocate(base, TWO_RECORDS);
        assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
        assertDoesNotWait(() -> registry.awaitContents(SHORT, LONG));
    }

    @Test
    void aControllerThatIsNeverEarlyIsNotWaitedForLong() throws Exception {
        allocate(base, TWO_RECORDS);
        for (int i = 0; i < 3; i++) {
            assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
        }
        registry.expect(base);
        assertDoesNotWait(() -> registry.awaitContents(LONG, LONG));
    }

    @Test
    void aControllerThatIsNeverEarlyIsWaitedForThreeTimes() throws Exception {
        allocate(base, TWO_RECORDS);
        for (int i = 0; i < 3; i++) {
            registry.expect(base);
            assertWaits(() -> registry.awaitContents(LONG, LONG));
            assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
        }
    }

    /** Also those that a controller which is never early has not filled yet. */
    @Test
    void reservationsWithoutContentsAreWaitedForInAnyCase() throws Exception {
        allocate(base, TWO_RECORDS);
        for (int i = 0; i < 3; i++) {
            assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
        }
        ExecutorAddress late = manager.reserve(PAGE);
        assertWaits(() -> registry.awaitContents(Duration.ZERO, LONG));
        allocate(late, TWO_RECORDS);
        assertDoesNotWait(() -> registry.awaitContents(LONG, LONG));
    }

    @Test
    void contentsThatNeverComeAreWaitedForNoLongerThanTheLimit() throws Exception {
        registry.expect(base);
        assertTrue(waitForContents(Duration.ZERO, SHORT).compareTo(SHORT) >= 0);
    }

    @Test
    void nothingIsWaitedForWhereNothingIsExpected() throws Exception {
        assertDoesNotWait(() -> registry.awaitExpected(LONG, LONG));
    }

    @Test
    void whatIsExpectedIsWaitedFor() throws Exception {
        allocate(base, TWO_RECORDS);
        long begin = System.nanoTime();
        registry.expect(base);
        Thread late = Thread.ofPlatform().daemon().start(() -> registerLater(base));
        assertTrue(waits(begin, SHORT, SHORT, LONG));
        assertRegistered(AddressRange.of(base, SIZE));
        late.join();
    }

    private void registerLater(ExecutorAddress section) {
        try {
            Thread.sleep(2 * SHORT.toMillis());
            registry.register(AddressRange.of(section, SIZE));
        } catch (InterruptedException | RegistrationException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatNeverComesIsWaitedForOnce() throws Exception {
        allocate(base, TWO_RECORDS);
        long begin = System.nanoTime();
        registry.expect(base);
        assertTrue(waits(begin, SHORT, Duration.ZERO, SHORT));
        assertDoesNotWait(() -> registry.awaitExpected(LONG, LONG));
    }

    @Test
    void aReservationWithoutContentsIsWaitedFor() throws Exception {
        allocate(base, TWO_RECORDS);
        long begin = System.nanoTime();
        manager.reserve(PAGE);
        registry.expect(base);
        registry.register(AddressRange.of(base, SIZE));
        assertTrue(waits(begin, SHORT, Duration.ZERO, SHORT));
    }

    private static final byte[] WITHOUT_TERMINATOR =
            HexFormat.of().parseHex("100000000000000001000178100c070890010000");

    /** Our linker knows what it has put together; to read it again would take time. */
    @Test
    void aSectionOfOurLinkerIsRegisteredAsItIs() throws Exception {
        allocate(base, TWO_RECORDS);
        int reads = memory.reads();
        AddressRange section = AddressRange.of(base, SIZE);
        registry.registerLinked(section);
        assertEquals(reads, memory.reads());
        assertRegistered(section);
        assertRefused(
                ".eh_frame at " + base + " is registered already",
                () -> registry.registerLinked(section));
        AddressRange nowhere = AddressRange.of(base.plus(PAGE), SIZE);
        assertRefused(
                ".eh_frame at " + nowhere.start() + " lies in no allocation",
                () -> registry.registerLinked(nowhere));
        manager.release(List.of(base)).run();
        assertRegistered();
    }

    @Test
    void aCopyForASectionThatIsRefusedIsFreed() throws Exception {
        AddressRange section = AddressRange.of(base, WITHOUT_TERMINATOR.length);
        memory.put(base, WITHOUT_TERMINATOR);
        assertRefused(
                ".eh_frame at " + base + " lies in no allocation",
                () -> registry.register(section));
        assertEquals(Set.of(), guest.process().heap());
        allocate(base, WITHOUT_TERMINATOR);
        registry.register(section);
        Set<ExecutorAddress> first = guest.process().heap();
        assertRefused(
                ".eh_frame at " + base + " is registered already",
                () -> registry.register(section));
        assertEquals(first, guest.process().heap());
    }

    @Test
    void theUnwinderGetsACopyOfASectionWithGaps() throws Exception {
        byte[] section =
                new EhFrames()
                        .cie()
                        .word(7)
                        .word(20)
                        .word(32)
                        .word(0x1234)
                        .word(0x10)
                        .word(0)
                        .word(0)
                        .word(0)
                        .toBytes();
        allocate(base, section);
        registry.register(base);
        assertEquals(1, guest.process().heap().size());
        assertEquals(
                guest.process().heap().iterator().next(), registry.sections().getFirst().start());
        registry.deregister(base);
        registry.register(AddressRange.of(base, section.length));
        assertEquals(1, guest.process().heap().size());
    }

    @Test
    void sectionsAreListedInTheOrderOfTheirAddresses() throws Exception {
        for (long page : new long[] {2, 0, 1}) {
            allocate(base.plus(page * PAGE), TWO_RECORDS);
            registry.register(base.plus(page * PAGE));
        }
        List<AddressRange> expected =
                List.of(
                        AddressRange.of(base, SIZE),
                        AddressRange.of(base.plus(PAGE), SIZE),
                        AddressRange.of(base.plus(2 * PAGE), SIZE));
        assertEquals(expected, registry.sections());
    }

    @Test
    void theEndOfASectionRunsNoGuestCode() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(base);
        Deallocation end = manager.deinitialize(List.of(base));
        assertFalse(end.runsGuestCode());
        end.run();
    }

    /** The next piece comes a moment after the last one, so each makes the wait begin anew. */
    @Test
    void afterTheLastExpectedSectionThereIsAMomentOfQuiet() throws Exception {
        allocate(base, TWO_RECORDS);
        long begin = System.nanoTime();
        registry.expect(base);
        registry.register(AddressRange.of(base, SIZE));
        assertTrue(waits(begin, SHORT, SHORT, LONG));
    }

    @Test
    void sectionsOfOtherAllocationsAreStillExpected() throws Exception {
        allocate(base, TWO_RECORDS);
        allocate(base.plus(PAGE), TWO_RECORDS);
        long begin = System.nanoTime();
        registry.expect(base);
        registry.expect(base.plus(PAGE));
        registry.register(AddressRange.of(base, SIZE));
        assertTrue(waits(begin, SHORT.multipliedBy(4), Duration.ZERO, SHORT.multipliedBy(4)));
    }

    @Test
    void waitsForTheSameContentsAreVainOnce() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.expect(base);
        for (int i = 0; i < 5; i++) {
            waitForContents(SHORT, LONG);
        }
        assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
    }

    @Test
    void aControllerThatIsEarlyAfterAllIsWaitedForAgain() throws Exception {
        allocate(base, TWO_RECORDS);
        for (int i = 0; i < 3; i++) {
            expectAndWait(SHORT);
        }
        ExecutorAddress late = manager.reserve(PAGE);
        Thread here = Thread.currentThread();
        Thread filler = Thread.ofPlatform().daemon().start(() -> fillFor(here, late));
        assertTrue(expectAndWait(LONG).compareTo(LONG) < 0, "only until it is filled");
        filler.join();
        assertTrue(expectAndWait(SHORT).compareTo(SHORT) >= 0);
    }

    /** Waits until a thread waits; returns false if the test is over before. */
    private boolean awaitWaitOf(Thread waiter) {
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            if (isOver) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }

    private void fillFor(Thread waiter, ExecutorAddress place) {
        if (!awaitWaitOf(waiter)) {
            return;
        }
        try {
            registry.expect(place);
            allocate(place, TWO_RECORDS);
        } catch (AllocationException e) {
            throw new AssertionError(e);
        }
    }

    /** The limit is one of the time without contents, not of the wait. */
    @Test
    void contentsThatComeMakeTheLimitBeginAnew() throws Exception {
        Duration limit = SHORT.multipliedBy(20);
        Optional<Duration> waited = waitBehindContents(limit);
        while (waited.isEmpty()) {
            waited = waitBehindContents(limit);
        }
        assertTrue(waited.get().compareTo(limit) >= 0, waited::toString);
    }

    /**
     * Waits with contents that come when the limit has passed since the wait began: until then the
     * thread that brings them has the lock that the wait needs.
     *
     * @return the time between the contents and the end of the wait; empty if that has ended before
     *     the other thread had the lock
     */
    private Optional<Duration> waitBehindContents(Duration limit) throws Exception {
        registry.expect(base);
        AtomicBoolean hasEnded = new AtomicBoolean();
        FutureTask<Optional<Long>> contents =
                new FutureTask<>(() -> expectAfter(limit, hasEnded::get));
        long end;
        synchronized (registry) {
            Thread.ofPlatform().daemon().start(contents);
            registry.awaitContents(Duration.ZERO, limit);
            hasEnded.set(true);
            end = System.nanoTime();
        }
        return contents.get().map(came -> Duration.ofNanos(end - came));
    }

    private Optional<Long> expectAfter(Duration time, BooleanSupplier isLate)
            throws InterruptedException {
        synchronized (registry) {
            if (isLate.getAsBoolean()) {
                return Optional.empty();
            }
            Thread.sleep(time);
            long now = System.nanoTime();
            registry.expect(base);
            return Optional.of(now);
        }
    }

    /** Code without unwind info is waited for once, not again with the next code. */
    @Test
    void whatHasNotComeIsNotExpectedWithTheNextOnes() throws Exception {
        allocate(base, TWO_RECORDS);
        allocate(base.plus(PAGE), TWO_RECORDS);
        registry.expect(base);
        registry.awaitExpected(Duration.ZERO, SHORT);
        registry.expect(base.plus(PAGE));
        assertWaits(() -> registry.awaitExpected(Duration.ZERO, LONG));
        registry.expect(base.plus(PAGE));
        registry.register(AddressRange.of(base.plus(PAGE), SIZE));
        assertDoesNotWait(() -> registry.awaitExpected(Duration.ZERO, LONG));
    }

    @Test
    void withoutAnyTimeNothingIsWaitedFor() throws Exception {
        registry.expect(base);
        assertDoesNotWait(() -> registry.awaitExpected(LONG, Duration.ZERO));
        registry.expect(base);
        assertDoesNotWait(() -> registry.awaitContents(LONG, Duration.ZERO));
    }

    /** A section without records is the one of its allocation, too. */
    @Test
    void anEmptySectionIsExpectedNoMore() throws Exception {
        allocate(base, EhFrames.of());
        registry.expect(base);
        registry.register(AddressRange.of(base, 0));
        assertDoesNotWait(() -> registry.awaitExpected(Duration.ZERO, LONG));
    }

    /** A section need not be at the beginning of its allocation. */
    @Test
    void aSectionWithinItsAllocationIsExpectedNoMore() throws Exception {
        byte[] content = new byte[64 + (int) SIZE];
        System.arraycopy(TWO_RECORDS, 0, content, 64, (int) SIZE);
        allocate(base, content);
        registry.expect(base);
        registry.register(AddressRange.of(base.plus(64), SIZE));
        assertDoesNotWait(() -> registry.awaitExpected(Duration.ZERO, LONG));
        assertRegistered(AddressRange.of(base.plus(64), SIZE));
    }

    @Test
    void sectionsThatAreDeregisteredDuringAWaitAreNotKeptWaiting() throws Exception {
        allocate(base, TWO_RECORDS);
        registry.register(base);
        registry.expect(base);
        Thread here = Thread.currentThread();
        Thread other =
                Thread.ofPlatform()
                        .daemon()
                        .start(
                                () -> {
                                    if (awaitWaitOf(here)) {
                                        registry.deregister(base);
                                        here.interrupt();
                                    }
                                });
        try {
            assertThrows(InterruptedException.class, () -> registry.awaitExpected(LONG, LONG));
        } finally {
            isOver = true;
            other.join();
            Thread.interrupted(); // if it has not waited until then
        }
        assertRegistered();
    }

    /** The failure of an unwinder names the section, which is what the action is about. */
    @Test
    void aSectionThatTheUnwinderDoesNotForgetIsNamed() throws Exception {
        GuestUnwinder stubborn =
                new GuestUnwinder() {
                    @Override
                    public void register(AddressRange section) {}

                    @Override
                    public void deregister(AddressRange section) {
                        throw new IllegalStateException("it is gone");
                    }
                };
        Guest broken =
                (Guest)
                        Proxy.newProxyInstance(
                                UnwindRegistryTest.class.getClassLoader(),
                                new Class<?>[] {Guest.class},
                                (_, method, _) ->
                                        switch (method.getName()) {
                                            case "unwinder" -> stubborn;
                                            case "memory" -> memory;
                                            case "process" -> guest.process();
                                            default -> throw new AssertionError(method);
                                        });
        allocate(base, TWO_RECORDS);
        new UnwindRegistry(broken, manager).register(base);
        Deallocation end = manager.deinitialize(List.of(base));
        AllocationException failure = assertThrows(AllocationException.class, end::run);
        assertTrue(failure.getMessage().contains("(function " + base + ")"), failure.getMessage());
    }
}
