package dev.orcinus.runtime.dylib;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The sections that have been recorded for a dylib: new ones, and those that have been processed.
 * The cost of an update depends on the new ones alone. Many threads may use it, of which one at a
 * time processes. This object's lock guards it; it is not held while a section is processed, so
 * that sections can be recorded and removed in the meantime. Mirrors LLVM's {@code
 * RecordSectionsTracker}.
 */
public final class RecordSectionsTracker {
    // written out, as is the equality of what is recorded: the comparators of the JDK's methods,
    // and a
    // record's own methods, are generated when a session needs them first

    private static final Comparator<Recorded> BY_ARRIVAL =
            (one, other) -> Long.compare(one.serial, other.serial);
    private static final Comparator<Recorded> DUE =
            (one, other) -> {
                int ranks = Integer.compare(one.section.rank(), other.section.rank());
                return ranks != 0 ? ranks : BY_ARRIVAL.compare(one, other);
            };

    private final Map<ExecutorAddress, Recorded> fresh = new LinkedHashMap<>();
    private final Map<ExecutorAddress, Recorded> processed = new LinkedHashMap<>();
    private long nextSerial;

    private record Recorded(FunctionSection section, long serial) {
        ExecutorAddress start() {
            return section.range().start();
        }

        /** Compares the serial numbers, which a tracker gives out once. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Recorded that && serial == that.serial;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(serial);
        }
    }

    /** A tracker without sections. */
    public RecordSectionsTracker() {}

    /** The processing of one section. */
    @FunctionalInterface
    public interface Processor {
        /** Processes a section; one that fails stays new. */
        void process(FunctionSection section) throws DylibException;
    }

    /** The processing of a batch of sections. */
    @FunctionalInterface
    public interface BatchProcessor {
        /** Processes them; if it fails, all of them stay new. */
        void process(List<FunctionSection> batch) throws DylibException;
    }

    /**
     * Records a section as new.
     *
     * @throws DylibException if one that starts at the same address is recorded
     */
    public synchronized void add(FunctionSection section) throws DylibException {
        ExecutorAddress start = section.range().start();
        if (fresh.containsKey(start) || processed.containsKey(start)) {
            throw new DylibException("the section " + section.range() + " is recorded already");
        }
        fresh.put(start, new Recorded(section, nextSerial++));
    }

    /**
     * Removes the section of exactly that range.
     *
     * @return whether it was recorded
     */
    public synchronized boolean remove(AddressRange range) {
        return remove(fresh, range) || remove(processed, range);
    }

    private static boolean remove(Map<ExecutorAddress, Recorded> entries, AddressRange range) {
        Recorded entry = entries.get(range.start());
        return entry != null
                && entry.section.range().equals(range)
                && entries.remove(range.start(), entry);
    }

    /**
     * Removes some sections.
     *
     * @return those of them that were processed, in the order of ranks and then of recording
     */
    public synchronized List<FunctionSection> removeAll(List<FunctionSection> sections) {
        List<Recorded> removed = new ArrayList<>();
        for (FunctionSection section : sections) {
            Recorded entry = processed.remove(section.range().start());
            if (entry == null) {
                fresh.remove(section.range().start());
            } else {
                removed.add(entry);
            }
        }
        return sorted(removed, DUE).stream().map(Recorded::section).toList();
    }

    /**
     * Gives each new section to {@code processor}, a batch in the order of ranks and then of
     * recording, and counts it as processed afterwards. Sections that are recorded in the meantime
     * form the next batch.
     *
     * @throws DylibException of {@code processor}; the section that it failed for, and those after
     *     it, stay new
     */
    public void processNewSections(Processor processor) throws DylibException {
        for (List<Recorded> batch = batch(); !batch.isEmpty(); batch = batch()) {
            for (Recorded entry : batch) {
                if (isNew(entry)) {
                    processor.process(entry.section);
                    markProcessed(entry);
                }
            }
        }
    }

    /**
     * Gives new sections to {@code processor}, a batch at a time, in the order of ranks and then of
     * recording, and counts them as processed afterwards.
     *
     * @throws DylibException of {@code processor}; the sections that it failed for stay new
     */
    public void processNewBatches(BatchProcessor processor) throws DylibException {
        for (List<Recorded> batch = batch(); !batch.isEmpty(); batch = batch()) {
            processor.process(batch.stream().map(Recorded::section).toList());
            batch.forEach(this::markProcessed);
        }
    }

    /** Counts all new sections as processed, in the order in which they would be processed. */
    public synchronized void processAll() {
        batch().forEach(this::markProcessed);
    }

    private synchronized List<Recorded> batch() {
        return sorted(fresh.values(), DUE);
    }

    private static List<Recorded> sorted(Collection<Recorded> entries, Comparator<Recorded> order) {
        List<Recorded> sorted = new ArrayList<>(entries);
        sorted.sort(order);
        return sorted;
    }

    private synchronized boolean isNew(Recorded entry) {
        return entry.equals(fresh.get(entry.start()));
    }

    private synchronized void markProcessed(Recorded entry) {
        if (fresh.remove(entry.start(), entry)) {
            processed.put(entry.start(), entry);
        }
    }

    /** Returns the new sections, in the order in which they were recorded. */
    public synchronized List<FunctionSection> fresh() {
        return fresh.values().stream().map(Recorded::section).toList();
    }

    /** Returns the processed sections, in the order in which they were processed. */
    public synchronized List<FunctionSection> processed() {
        return processed.values().stream().map(Recorded::section).toList();
    }

    /** Makes all sections new again, in the order in which they were recorded. */
    public synchronized void reset() {
        List<Recorded> all = new ArrayList<>(processed.values());
        all.addAll(fresh.values());
        processed.clear();
        fresh.clear();
        for (Recorded entry : sorted(all, BY_ARRIVAL)) {
            fresh.put(entry.start(), entry);
        }
    }

    /** Returns how many sections are new. */
    public synchronized int newCount() {
        return fresh.size();
    }

    /** Returns how many sections are recorded. */
    public synchronized int size() {
        return fresh.size() + processed.size();
    }
}
