package dev.orcinus.loader;

/** A reference whose value does not fit where it is to be written. */
public final class RelocationRangeException extends LinkException {
    private static final long serialVersionUID = 1L;

    private final long value;

    /**
     * A value that does not fit.
     *
     * @param place file, section and offset, edge kind, target
     * @param value what was to be written
     * @param limit what would fit
     */
    public RelocationRangeException(String place, long value, String limit) {
        super(place + " is " + signedHex(value) + "; " + limit, null);
        this.value = value;
    }

    private static String signedHex(long value) {
        return value < 0
                ? "-0x" + Long.toUnsignedString(-value, 16)
                : "0x" + Long.toHexString(value);
    }

    /** What was to be written. */
    public long value() {
        return value;
    }
}
