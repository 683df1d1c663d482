package dev.orcinus.platform.linux.guestprocess.memory;

import dev.orcinus.platform.AddressRange;
import dev.orcinus.platform.ExecutorAddress;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A range of the guest whose content this process maps, too, until it is published.
 *
 * @param guest the range in the guest, whole pages
 * @param mirror the address of the same bytes in this process
 * @param fileOffset the place of the bytes in the content's file; negative if they are in another
 *     file
 * @param published the pages that have been published, by their numbers in the range
 */
record MappedRange(AddressRange guest, long mirror, long fileOffset, BitSet published) {
    /** {@inheritDoc} The published pages change, so a range equals itself only. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** Returns the address in this process of a byte of the range. */
    long mirrorOf(ExecutorAddress address) {
        return mirror + address.minus(guest.start());
    }

    /** Returns whether a byte that it shares with another range lies in the same place there. */
    boolean hasBytesOf(MappedRange other) {
        long distance = guest.start().value() - other.guest.start().value();
        return isInFile()
                ? other.isInFile() && fileOffset - other.fileOffset == distance
                : !other.isInFile() && mirror - other.mirror == distance;
    }

    /** Returns whether the content lies in the content's file. */
    boolean isInFile() {
        return fileOffset >= 0;
    }

    /** Returns the place in the content's file of a byte of the range. */
    long offsetOf(ExecutorAddress address) {
        return fileOffset + address.minus(guest.start());
    }

    private int page(ExecutorAddress address, long pageBytes) {
        return Math.toIntExact(address.minus(guest.start()) / pageBytes);
    }

    /** Notes whether a part, whole pages, is published. */
    void setPublished(AddressRange part, boolean isPublished, long pageBytes) {
        published.set(page(part.start(), pageBytes), page(part.end(), pageBytes), isPublished);
    }

    /** Returns whether no page of a part, which is not empty, is published. */
    boolean isUnpublished(AddressRange part, long pageBytes) {
        int next = published.nextSetBit(page(part.start(), pageBytes));
        ExecutorAddress last = new ExecutorAddress(part.end().value() - 1);
        return next < 0 || next > page(last, pageBytes);
    }

    /** Returns what is left of the range without a part of it. */
    List<MappedRange> without(AddressRange part, long pageBytes) {
        List<MappedRange> rest = new ArrayList<>(2);
        addPart(rest, new AddressRange(guest.start(), part.start()), pageBytes);
        addPart(rest, new AddressRange(part.end(), guest.end()), pageBytes);
        return rest;
    }

    /** Returns a part of the range. */
    MappedRange part(AddressRange range, long pageBytes) {
        BitSet pages = published.get(page(range.start(), pageBytes), page(range.end(), pageBytes));
        long offset = isInFile() ? offsetOf(range.start()) : fileOffset;
        return new MappedRange(range, mirrorOf(range.start()), offset, pages);
    }

    private void addPart(List<MappedRange> parts, AddressRange range, long pageBytes) {
        if (!range.isEmpty()) {
            parts.add(part(range, pageBytes));
        }
    }
}
