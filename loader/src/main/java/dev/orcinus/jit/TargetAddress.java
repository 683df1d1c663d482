package dev.orcinus.jit;

/**
 * An address in the process that code is loaded into. It means nothing in this one.
 *
 * @param value its bits
 */
public record TargetAddress(long value) {
    /** The address that many bytes further on. */
    public TargetAddress plus(long bytes) {
        return new TargetAddress(value + bytes);
    }

    /** The address in hexadecimal digits, with {@code 0x} in front. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
