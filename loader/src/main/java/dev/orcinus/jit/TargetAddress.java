package dev.orcinus.jit;

/**
 * An address in the process that code is loaded into. It has no meaning in this process.
 *
 * <pre>{@code
 * TargetAddress table = dylib.address("table");
 * dylib.define("second_row", table.plus(64));
 * }</pre>
 *
 * @param value the address as 64 bits
 */
public record TargetAddress(long value) {
    /** Returns the address that lies that many bytes behind this one. */
    public TargetAddress plus(long bytes) {
        return new TargetAddress(value + bytes);
    }

    /** Returns the address in hexadecimal digits, after {@code 0x}. */
    @Override
    public String toString() {
        return "0x" + Long.toHexString(value);
    }
}
