package dev.orcinus.platform;

/**
 * A half-open range of executor addresses. Mirrors LLVM's {@code orc::ExecutorAddrRange}.
 *
 * @param start the first address of the range
 * @param end the first address behind it; not below {@code start}
 */
public record AddressRange(ExecutorAddress start, ExecutorAddress end) {
    /** Refuses a range that ends before it starts. */
    public AddressRange {
        if (end.compareTo(start) < 0) {
            throw new IllegalArgumentException(
                    "range ends at " + end + ", before its start " + start);
        }
    }

    /**
     * Returns the range of {@code sizeBytes} (unsigned) bytes from {@code start}.
     *
     * @throws ArithmeticException if it leaves the address space
     */
    public static AddressRange of(ExecutorAddress start, long sizeBytes) {
        return new AddressRange(start, start.plus(sizeBytes));
    }

    /** Returns the length in bytes, unsigned. */
    public long sizeBytes() {
        return end.value() - start.value();
    }

    /** Returns whether the range has no bytes. */
    public boolean isEmpty() {
        return start.equals(end);
    }

    /** Returns whether {@code address} lies inside. */
    public boolean contains(ExecutorAddress address) {
        return start.compareTo(address) <= 0 && address.compareTo(end) < 0;
    }

    /** Returns whether {@code other} lies wholly inside; an empty range may lie at the very end. */
    public boolean contains(AddressRange other) {
        return start.compareTo(other.start) <= 0 && other.end.compareTo(end) <= 0;
    }

    /** Returns whether the two ranges share a byte. */
    public boolean overlaps(AddressRange other) {
        return start.compareTo(other.end) < 0
                && other.start.compareTo(end) < 0
                && !isEmpty()
                && !other.isEmpty();
    }

    /**
     * Returns the smallest range of whole pages around this one.
     *
     * @throws ArithmeticException if that leaves the address space
     */
    public AddressRange roundToPages(long pageSizeBytes) {
        return new AddressRange(start.alignDown(pageSizeBytes), end.alignUp(pageSizeBytes));
    }

    /** Compares both ends; it is written out for the reason of {@link ExecutorAddress#equals}. */
    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange that
                && start.equals(that.start)
                && end.equals(that.end);
    }

    @Override
    public int hashCode() {
        return 31 * start.hashCode() + end.hashCode();
    }

    @Override
    public String toString() {
        return start + "--" + end;
    }
}
