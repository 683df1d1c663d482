package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The ranges of a guest that this process maps, too. Its lock guards them. */
final class MappedRanges {
    private final long pageBytes;
    private final TreeMap<ExecutorAddress, MappedRange> ranges = new TreeMap<>();
    private final ChangeLog<MappedRange> log = new ChangeLog<>();

    /** What is left of a range whose parts are given out; null if there is none. */
    private MappedRange rest;

    MappedRanges(long pageBytes) {
        this.pageBytes = pageBytes;
    }

    synchronized void add(MappedRange range) {
        ranges.put(range.guest().start(), range);
        log.added(range);
    }

    /** Gives out the first part of the rest, if the rest is large enough. */
    synchronized Optional<AddressRange> take(long sizeBytes) {
        if (rest == null || rest.guest().sizeBytes() < sizeBytes) {
            return Optional.empty();
        }
        MappedRange whole = rest;
        AddressRange part = AddressRange.of(whole.guest().start(), sizeBytes);
        dropRest();
        add(whole.part(part, pageBytes));
        whole.without(part, pageBytes).forEach(this::setRest);
        return Optional.of(part);
    }

    private void setRest(MappedRange range) {
        rest = range;
        log.added(range);
    }

    private void dropRest() {
        log.removed(rest);
        rest = null;
    }

    /** Sets a new rest, and returns the old one, which nobody uses any longer. */
    synchronized Optional<MappedRange> replaceRest(MappedRange next) {
        Optional<MappedRange> old = Optional.ofNullable(rest);
        if (old.isPresent()) {
            dropRest();
        }
        setRest(next);
        return old;
    }

    /** Returns the range in which another one lies wholly. */
    synchronized Optional<MappedRange> around(AddressRange part) {
        Map.Entry<ExecutorAddress, MappedRange> below = ranges.floorEntry(part.start());
        return below != null && below.getValue().guest().contains(part)
                ? Optional.of(below.getValue())
                : Optional.empty();
    }

    /** Notes whether a range is published. */
    synchronized void setPublished(AddressRange part, boolean isPublished) {
        around(part).ifPresent(range -> range.setPublished(part, isPublished, pageBytes));
    }

    /** Returns the range around one of which nothing has been published. */
    synchronized Optional<MappedRange> aroundUnpublished(AddressRange part) {
        return part.isEmpty()
                ? Optional.empty()
                : around(part).filter(range -> range.isUnpublished(part, pageBytes));
    }

    /** Takes a range out, and returns its parts that were in. */
    synchronized List<MappedRange> remove(AddressRange gone) {
        List<MappedRange> removed = new ArrayList<>();
        for (MappedRange range : overlapping(gone)) {
            AddressRange part =
                    new AddressRange(
                            max(range.guest().start(), gone.start()),
                            min(range.guest().end(), gone.end()));
            ranges.remove(range.guest().start());
            log.removed(range);
            range.without(part, pageBytes).forEach(this::add);
            removed.add(range.part(part, pageBytes));
        }
        return removed;
    }

    private List<MappedRange> overlapping(AddressRange other) {
        List<MappedRange> found = new ArrayList<>();
        ExecutorAddress first = ranges.floorKey(other.start());
        ExecutorAddress from = first == null ? other.start() : first;
        for (MappedRange range : ranges.tailMap(from, true).values()) {
            if (range.guest().start().compareTo(other.end()) >= 0) {
                break;
            }
            if (range.guest().overlaps(other)) {
                found.add(range);
            }
        }
        return found;
    }

    private static ExecutorAddress max(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static ExecutorAddress min(ExecutorAddress a, ExecutorAddress b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** Returns the present moment, for {@link #since}. */
    synchronized ChangeLog.Moment<MappedRange> now() {
        return log.now();
    }

    /** Returns how the ranges differ from those of a moment. */
    synchronized ChangeLog.Difference<MappedRange> since(ChangeLog.Moment<MappedRange> moment) {
        return log.since(moment);
    }

    /** Returns all ranges, and the rest. */
    synchronized List<MappedRange> all() {
        List<MappedRange> all = new ArrayList<>(ranges.values());
        if (rest != null) {
            all.add(rest);
        }
        return all;
    }
}
