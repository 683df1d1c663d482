package dev.orcinus.loader;

/**
 * The value of a reference does not fit into the field where it must be written.
 *
 * <pre>{@code
 * try {
 *     dylib.link();
 * } catch (RelocationRangeException e) {
 *     System.err.printf("%s: 0x%x; %s%n", e.place(), e.value(), e.limit());
 * }
 * }</pre>
 */
public final class RelocationRangeException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final String place;
    private final long value;
    private final String limit;

    /**
     * Makes an exception for a value that does not fit.
     *
     * @param place the file, the section and the offset of the reference, its kind and its target
     * @param value the value
     * @param limit a description of the values that fit
     */
    public RelocationRangeException(String place, long value, String limit) {
        super(place + " is " + signedHex(value) + "; " + limit, null);
        this.place = place;
        this.value = value;
        this.limit = limit;
    }

    private static String signedHex(long value) {
        return value < 0
                ? "-0x" + Long.toUnsignedString(-value, 16)
                : "0x" + Long.toHexString(value);
    }

    /** Returns the file, the section and the offset of the reference, its kind and its target. */
    public String place() {
        return place;
    }

    /** Returns the value that does not fit. */
    public long value() {
        return value;
    }

    /** Returns a description of the values that fit. */
    public String limit() {
        return limit;
    }
}
