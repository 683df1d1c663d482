package dev.orcinus.platform;

/**
 * An address in the executor process: 64 bits, unsigned. Arithmetic is checked, text is
 * hexadecimal. Mirrors LLVM's {@code orc::ExecutorAddr}.
 *
 * @param value the 64 bits, to be read as an unsigned number
 */
public record ExecutorAddress(long value) implements Comparable<ExecutorAddress> {
    /** Address zero: "no such symbol", "no such function". */
    public static final ExecutorAddress NULL = new ExecutorAddress(0);

    /** Returns whether this is address zero. */
    public boolean isNull() {
        return value == 0;
    }

    /**
     * Returns the address {@code sizeBytes} (unsigned) further up.
     *
     * @throws ArithmeticException if the sum leaves the 64-bit address space
     */
    public ExecutorAddress plus(long sizeBytes) {
        long sum = value + sizeBytes;
        if (Long.compareUnsigned(sum, value) < 0) {
            throw new ArithmeticException(
                    this + " + 0x" + Long.toHexString(sizeBytes) + " leaves the address space");
        }
        return new ExecutorAddress(sum);
    }

    /**
     * Returns the distance in bytes from {@code lower} to this address.
     *
     * @throws ArithmeticException if {@code lower} is above this address
     */
    public long minus(ExecutorAddress lower) {
        if (compareTo(lower) < 0) {
            throw new ArithmeticException(this + " is below " + lower);
        }
        return value - lower.value;
    }

    /** Returns whether the address is a multiple of {@code alignmentBytes}, a power of two. */
    public boolean isAligned(long alignmentBytes) {
        return (value & (alignmentBytes - 1)) == 0;
    }

    /**
     * Returns the nearest multiple of {@code alignmentBytes} (a power of two) at or below this
     * address.
     */
    public ExecutorAddress alignDown(long alignmentBytes) {
        return new ExecutorAddress(value & -alignmentBytes);
    }

    /**
     * Returns the nearest multiple of {@code alignmentBytes} (a power of two) at or above this
     * address.
     *
     * @throws ArithmeticException if that leaves the address space
     */
    public ExecutorAddress alignUp(long alignmentBytes) {
        return plus(-value & (alignmentBytes - 1));
    }

    @Override
    public int compareTo(ExecutorAddress other) {
        return Long.compareUnsigned(value, other.value);
    }

    /**
     * Compares the values. It is written out because the JVM generates a record's own method at run
     * time, which takes 10 ms of start-up.
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof ExecutorAddress that && value == that.value;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(value);
    }

    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
