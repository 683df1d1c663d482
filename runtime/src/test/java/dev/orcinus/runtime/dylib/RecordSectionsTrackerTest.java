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

final class RecordSectionsTrackerTest {
    private static final int NO_PRIORITY = FunctionSection.NO_PRIORITY;

    private final RecordSectionsTracker tracker = new RecordSectionsTracker();
    private final List<Long> processed = new ArrayList<>();

    private static AddressRange range(long start) {
        return AddressRange.of(new ExecutorAddress(start), 8);
    }

    private void add(long start, int rank) throws DylibException {
        tracker.add(
                new FunctionSection(
                        new FunctionSection.Kind(FunctionSection.When.INITIALIZE, rank, false),
                        range(start)));
    }

    private void addAll(long... starts) throws DylibException {
        for (long start : starts) {
            add(start, NO_PRIORITY);
        }
    }

    private List<Long> process() throws DylibException {
        processed.clear();
        tracker.processNewSections(section -> processed.add(section.range().start().value()));
        return processed;
    }

    @Test
    void eachNewSectionIsProcessedOnceInTheOrderOfRecording() throws DylibException {
        addAll(0x30, 0x10, 0x20);
        assertEquals(List.of(0x30L, 0x10L, 0x20L), process());
        assertEquals(List.of(), process());
        addAll(0x08);
        assertEquals(List.of(0x08L), process());
    }

    @Test
    void whatWasProcessedOfThoseThatAreRemovedIsAnsweredInOrder() throws DylibException {
        add(0x10, NO_PRIORITY);
        add(0x20, 200);
        add(0x30, NO_PRIORITY);
        process();
        addAll(0x40);
        List<FunctionSection> removed =
                tracker.removeAll(
                        List.of(
                                FunctionSection.initializers(range(0x40)),
                                FunctionSection.initializers(range(0x10)),
                                FunctionSection.initializers(range(0x20)),
                                FunctionSection.initializers(range(0x99))));
        assertEquals(
                List.of(range(0x20), range(0x10)),
                removed.stream().map(FunctionSection::range).toList());
        assertEquals(1, tracker.size());
        tracker.reset();
        assertEquals(List.of(0x30L), process());
    }

    @Test
    void aBatchIsProcessedTogetherOrStaysNew() throws DylibException {
        addAll(0x10);
        add(0x20, 200);
        assertThrows(
                DylibException.class,
                () ->
                        tracker.processNewBatches(
                                _ -> {
                                    throw new DylibException("no");
                                }));
        assertEquals(2, tracker.newCount());
        List<List<AddressRange>> batches = new ArrayList<>();
        tracker.processNewBatches(
                batch -> {
                    batches.add(batch.stream().map(FunctionSection::range).toList());
                    if (batches.size() == 1) {
                        addAll(0x30);
                    }
                });
        assertEquals(List.of(List.of(range(0x20), range(0x10)), List.of(range(0x30))), batches);
        assertEquals(0, tracker.newCount());
    }

    @Test
    void prioritiesOrderWithinABatchOnly() throws DylibException {
        add(0x10, NO_PRIORITY);
        add(0x20, 200);
        add(0x30, 101);
        add(0x40, 200);
        assertEquals(List.of(0x30L, 0x20L, 0x40L, 0x10L), process());
        add(0x50, 0);
        assertEquals(List.of(0x50L), process());
    }

    @Test
    void aFailingSectionAndThoseAfterItStayNew() throws DylibException {
        addAll(0x10, 0x20, 0x30);
        DylibException failure =
                assertThrows(
                        DylibException.class,
                        () ->
                                tracker.processNewSections(
                                        section -> {
                                            if (section.range().start().value() == 0x20) {
                                                throw new DylibException("no");
                                            }
                                        }));
        assertEquals("no", failure.getMessage());
        assertEquals(2, tracker.newCount());
        assertEquals(List.of(0x20L, 0x30L), process());
    }

    @Test
    void resetMakesAllNewInTheOrderOfRecordingWhateverTheOrderOfProcessing() throws DylibException {
        add(0x10, NO_PRIORITY);
        add(0x20, 5);
        process();
        add(0x30, NO_PRIORITY);
        process();
        add(0x40, 7);
        assertEquals(1, tracker.newCount());
        tracker.reset();
        assertEquals(4, tracker.newCount());
        assertEquals(List.of(0x20L, 0x40L, 0x10L, 0x30L), process());
        assertEquals(
                List.of(0x20L, 0x40L, 0x10L, 0x30L),
                tracker.processed().stream().map(s -> s.range().start().value()).toList());
    }

    @Test
    void removalIsByRangeWhetherNewOrProcessed() throws DylibException {
        addAll(0x10, 0x20);
        process();
        addAll(0x30, 0x40);
        assertTrue(tracker.remove(range(0x10)));
        assertTrue(tracker.remove(range(0x30)));
        assertFalse(tracker.remove(range(0x30)), "it has gone");
        assertFalse(
                tracker.remove(AddressRange.of(new ExecutorAddress(0x40), 16)),
                "another range of that start");
        tracker.reset();
        assertEquals(List.of(0x20L, 0x40L), process());
    }

    @Test
    void aSectionThatStartsWhereAnotherDoesIsRefused() throws DylibException {
        addAll(0x10);
        assertThrows(DylibException.class, () -> addAll(0x10));
        process();
        assertThrows(DylibException.class, () -> addAll(0x10));
        tracker.remove(range(0x10));
        addAll(0x10);
        assertEquals(List.of(0x10L), process());
    }

    @Test
    void whatIsRecordedWhileABatchRunsIsABatchOfItsOwn() throws DylibException {
        add(0x10, NO_PRIORITY);
        add(0x20, NO_PRIORITY);
        tracker.processNewSections(
                section -> {
                    long start = section.range().start().value();
                    processed.add(start);
                    if (start == 0x10) {
                        add(0x30, 1);
                        add(0x40, 0);
                    }
                });
        assertEquals(List.of(0x10L, 0x20L, 0x40L, 0x30L), processed);
        assertEquals(0, tracker.newCount());
    }

    @Test
    void whatIsRemovedWhileABatchRunsIsNotProcessed() throws DylibException {
        addAll(0x10, 0x20, 0x30);
        tracker.processNewSections(
                section -> {
                    processed.add(section.range().start().value());
                    tracker.remove(range(0x20));
                    tracker.remove(range(0x10));
                });
        assertEquals(List.of(0x10L, 0x30L), processed);
        assertEquals(1, tracker.size());
    }

    /** Compares the shortest times of updates with 10,000 processed sections and without. */
    @Test
    void anUpdateDoesNotLookAtWhatIsProcessed() throws DylibException {
        for (long start = 0; start < 10_000; start++) {
            add(start * 8, NO_PRIORITY);
        }
        process();
        long oneAmongMany = nanosOfUpdates(1_000_000);
        RecordSectionsTrackerTest few = new RecordSectionsTrackerTest();
        long oneAmongFew = few.nanosOfUpdates(1_000_000);
        assertTrue(
                oneAmongMany < 20 * oneAmongFew,
                () -> oneAmongMany + " ns with 10,000 recorded, " + oneAmongFew + " ns without");
    }

    /** Returns the shortest of many times to add and process one section. */
    private long nanosOfUpdates(long start) throws DylibException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 2_000; i++) {
            long began = System.nanoTime();
            add(start, NO_PRIORITY);
            process();
            least = Math.min(least, System.nanoTime() - began);
            tracker.remove(range(start));
        }
        return least;
    }

    @Test
    void afterAResetAllAreNewInTheOrderOfRecording() throws DylibException {
        add(0x10, NO_PRIORITY);
        add(0x20, 100);
        assertThrows(
                DylibException.class,
                () ->
                        tracker.processNewSections(
                                section -> {
                                    if (section.range().equals(range(0x10))) {
                                        throw new DylibException("made to fail");
                                    }
                                }));
        assertEquals(1, tracker.newCount());
        tracker.reset();
        assertEquals(
                List.of(range(0x10), range(0x20)),
                tracker.fresh().stream().map(FunctionSection::range).toList());
        assertEquals(List.of(), tracker.processed());
        assertEquals(2, tracker.size());
        process();
        add(0x08, NO_PRIORITY);
        tracker.reset();
        assertEquals(
                List.of(range(0x10), range(0x20), range(0x08)),
                tracker.fresh().stream().map(FunctionSection::range).toList());
    }
}
